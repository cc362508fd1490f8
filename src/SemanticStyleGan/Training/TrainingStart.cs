using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Training;

/// <summary>What a new run begins with instead of fresh weights: a model, whose parts are matched by name, and where there is one its discriminator.</summary>
/// <param name="Model">The model.</param>
/// <param name="Checkpoint">A training checkpoint of the model or a discriminator's file (<see cref="TrainingState.ExtractDiscriminator"/>), taken over as far as it fits; null for a fresh discriminator.</param>
public sealed record TrainingStart(SemanticModel Model, string? Checkpoint = null)
{
    /// <summary>The name, beside a model's file, of the discriminator that it was trained with.</summary>
    public const string DiscriminatorFile = "discriminator.safetensors";

    /// <summary>The newest checkpoint of the run that a model is named by, otherwise the discriminator beside the model's file; null where there is neither.</summary>
    /// <param name="modelName">As for <see cref="ModelSource.Open"/>; null for the default one.</param>
    public static string? CheckpointOf(string? modelName)
    {
        if (modelName is not null && Directory.Exists(modelName) && RunFolder.CheckpointsIn(modelName) is [var newest, ..]) return newest;
        string beside = Path.Combine(Path.GetDirectoryName(ModelSource.Locate(modelName ?? ModelSource.Default))!, DiscriminatorFile);
        return File.Exists(beside) ? beside : null;
    }

    /// <summary>Fills a fresh state. Returns what was taken over, for people.</summary>
    /// <exception cref="InputException">Model and state have other sizes than the number of parts, or the checkpoint can't be read.</exception>
    internal string Fill(TrainingState state)
    {
        IReadOnlyList<string> kept = PartTransfer.Copy(Model, state.Generator, state.Layout);
        Weights.Load(state.Average, Weights.Of(state.Generator), "the first weights");
        if (Checkpoint is not null) state.LoadDiscriminator(Checkpoint);
        string[] fresh = [.. state.Layout.Classes.Select(c => c.Name).Except(kept)];
        return $"{kept.Count} parts of the model{(fresh.Length > 0 ? $", new: {string.Join(", ", fresh)}" : "")}; discriminator {(Checkpoint is null ? "new" : $"of {Checkpoint}")}";
    }
}

using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Training;

/// <summary>What a new run begins with instead of fresh weights: a model, whose parts are matched by name, and where there is one its discriminator.</summary>
/// <param name="Model">The model.</param>
/// <param name="Checkpoint">A training checkpoint of the model, whose discriminator is taken over as far as it fits; null for a fresh one.</param>
public sealed record TrainingStart(SemanticModel Model, string? Checkpoint = null)
{
    private const string Prefix = "discriminator.";

    /// <summary>The newest checkpoint of the run that a model is named by; null where it is no run's folder.</summary>
    public static string? CheckpointOf(string? modelName) =>
        modelName is not null && Directory.Exists(modelName) && RunFolder.CheckpointsIn(modelName) is [var newest, ..] ? newest : null;

    /// <summary>Fills a fresh state. Returns what was taken over, for people.</summary>
    /// <exception cref="InputException">Model and state have other sizes than the number of parts, or the checkpoint can't be read.</exception>
    internal string Fill(TrainingState state)
    {
        IReadOnlyList<string> kept = PartTransfer.Copy(Model, state.Generator, state.Layout);
        Weights.Load(state.Average, Weights.Of(state.Generator), "the first weights");
        string[] fresh = [.. state.Layout.Classes.Select(c => c.Name).Except(kept)];
        return $"{kept.Count} parts of the model{(fresh.Length > 0 ? $", new: {string.Join(", ", fresh)}" : "")}; discriminator {(FillDiscriminator(state) ? $"of {Checkpoint}" : "new")}";
    }

    // Branches that the other discriminator does not have, or has for another number of parts, stay new.
    private bool FillDiscriminator(TrainingState state)
    {
        if (Checkpoint is null) return false;
        using SafetensorsFile file = SafetensorsFile.Open(Checkpoint);
        foreach ((string name, TorchSharp.torch.Tensor weight) in Weights.Of(state.Discriminator))
            if (file.Shapes.TryGetValue(Prefix + name, out long[]? shape) && shape.AsSpan().SequenceEqual(weight.shape)) file.ReadInto(Prefix + name, weight);
        return true;
    }
}

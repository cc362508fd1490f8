using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Training;

/// <summary>How a run is computed, what it writes and how often; none of it changes the weights (but for rounding).</summary>
public sealed record TrainingOptions
{
    /// <summary>A checkpoint and the model file are written every so many images.</summary>
    public long CheckpointImages { get; init; } = 8_000;

    /// <summary>A preview is written every so many images.</summary>
    public long PreviewImages { get; init; } = 4_000;

    /// <summary>A line is logged every so many images, with the means since the last.</summary>
    public long LogImages { get; init; } = 320;

    /// <summary>How many checkpoints are kept; older ones are removed after a new one is safe.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>The run stops, with a checkpoint, after this time.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Looks at the moving average when a preview is due; a text ends the run with this reason, the last checkpoint and model being those before. Null for never.</summary>
    public Func<CompositionalGenerator, string?>? EndWhen { get; init; }

    /// <summary>A rank computes so many images at once and adds the gradients up; null for all that it has. Saves memory, costs time.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>
    /// Threads that compute a part of the batch each, on copies of the networks; null for as many as is fast: on the CPU, for images of up to 64 pixels, one for every core
    /// and every four images of a batch, otherwise one. One where ranks are processes, or with a <see cref="MicroBatch"/>.
    /// </summary>
    public int? Workers { get; init; }
}

using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>A training run small enough for tests: 16², 13 parts, a few thousand parameters.</summary>
internal static class TinyTraining
{
    public static TrainingConfig Config { get; } = new TrainingConfig
    {
        BatchSize = 4,
        Images = 48,
        R1Interval = 4,
        PathLengthInterval = 2,
        R1Image = 1,
        R1Mask = 10,
        StyleMixing = 0.5,
        EmaRampUp = 0.1,
        Mirror = true,
        Seed = 5,
    }.WithGenerator(new GeneratorConfig
    {
        ImageSize = 16,
        StyleSize = 8,
        MappingLayers = 2,
        LocalLayers = 3,
        BaseLayers = 1,
        DepthLayers = 2,
        LocalChannels = 4,
        CoarseChannels = 8,
        CoarseSize = 8,
        MinFeatureSize = 4,
        MaxChannels = 8,
    });

    public static TrainingOptions Options { get; } = new() { CheckpointImages = 16, PreviewImages = 48, LogImages = 8 };

    public static long Run(string folder, TrainingConfig? config = null, TrainingOptions? options = null, ProcessGroup? group = null, TrainingStart? start = null, CancellationToken stop = default)
    {
        SyntheticFaces data = new((config ?? Config).Generator.ImageSize, 24, 1);
        return new Trainer(config ?? Config, options ?? Options, data, CPU, NullLogger.Instance, group ?? ProcessGroup.Alone) { Start = start }.Run(folder, null, stop);
    }

    /// <summary>The same on one process with a rank's number of threads, which decides how sums are rounded.</summary>
    public static long RunAsRank(int ranks, string folder, TrainingConfig config, TrainingOptions options) =>
        ThreadGroup.Run(ranks, group => group.IsFirst ? Run(folder, config, options) : 0)[0];
}

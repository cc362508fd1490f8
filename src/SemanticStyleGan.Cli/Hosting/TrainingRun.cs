using System.CommandLine;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>A training run as the commands that train a model show it.</summary>
internal static class TrainingRun
{
    /// <summary>Trains, shows how it goes, and says how it ended.</summary>
    internal static void Run(ParseResult parsed, TrainingConfig config, TrainingOptions options, ISampleSource data, TrainingStart? start, string folder, CancellationToken stop)
    {
        Trainer trainer = new(config, options, data, Devices.Chosen(parsed), new ErrorStreamLogger(), ProcessGroup.Alone) { Start = start };
        long seen = ProgressDisplay.Run("training", progress => trainer.Run(folder, progress, stop));
        Console.WriteLine(seen >= config.Images
            ? $"{folder}: {seen:N0} images seen, model in {Path.Combine(folder, "model.safetensors")}"
            : $"{folder}: stopped after {seen:N0} of {config.Images:N0} images; run the same command again to continue.");
        if (!StopSignals.TerminationRequested) stop.ThrowIfCancellationRequested();
    }
}

using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Training;
using static TorchSharp.torch;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>A training run as the commands that train a model show it.</summary>
internal static class TrainingRun
{
    /// <summary>Trains, on the ranks of an MPI job if a launcher started several, shows how it goes, and says how it ended.</summary>
    internal static void Run(ParseResult parsed, TrainingConfig config, TrainingOptions options, ISampleSource data, TrainingStart? start, string folder, CancellationToken stop)
    {
        Device device = Devices.Chosen(parsed);
        ProcessGroup group = Ranks.Join(parsed);
        Trainer trainer = new(config, options, data, device, group.IsFirst ? new ErrorStreamLogger() : NullLogger.Instance, group) { Start = start };
        long seen = group.IsFirst ? ProgressDisplay.Run("training", progress => trainer.Run(folder, progress, stop)) : trainer.Run(folder, null, stop);
        if (group.IsFirst) Console.WriteLine(seen >= config.Images
            ? $"{folder}: {seen:N0} images seen, model in {Path.Combine(folder, "model.safetensors")}"
            : $"{folder}: stopped after {seen:N0} of {config.Images:N0} images; run the same command again to continue.");
        Ranks.Leave(CommandRunner.Done); // all have stopped together
        if (!StopSignals.TerminationRequested) stop.ThrowIfCancellationRequested();
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// Trains a SemanticStyleGAN (paper §3.5). Running it again with the same folder continues where the last checkpoint is, and gives
/// on the CPU the same weights, bit for bit, as a run that was never stopped.
/// </summary>
/// <param name="config">What is trained and how.</param>
/// <param name="options">What is written and how often.</param>
/// <param name="data">Pairs of images and masks of the configuration's size.</param>
/// <param name="device">Where to train.</param>
/// <param name="logger">Takes notes on checkpoints and resumption.</param>
public sealed partial class Trainer(TrainingConfig config, TrainingOptions options, ISampleSource data, Device device, ILogger logger)
{
    /// <summary>Trains until the configured number of images, a cancellation or the time limit; each ends with a checkpoint. Returns the images seen.</summary>
    /// <exception cref="InputException">Data, folder and configuration do not fit, or a loss is no longer finite (the last checkpoint stays).</exception>
    public long Run(string folderPath, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        SemanticLayout layout = CheckData();
        using RunFolder folder = new(folderPath);
        folder.AgreeOn(config.Validate());
        using TrainingState state = new(config, layout, device);
        Resume(state, folder);
        using BatchLoader loader = new(data, new BatchLoaderOptions { BatchSize = config.BatchSize, Seed = config.Seed, Mirror = config.Mirror });
        loader.Seek(state.ImagesSeen);
        TrainingLog log = new(folder, state.ImagesSeen);
        IReadOnlyList<Phase> phases = new PaperPhases(state).All;
        Stopwatch total = Stopwatch.StartNew();

        while (state.ImagesSeen < config.Images)
        {
            long before = state.ImagesSeen;
            Stopwatch iteration = Stopwatch.StartNew();
            RunIteration(state, phases, loader, log);
            log.Add("images_per_second", config.BatchSize / iteration.Elapsed.TotalSeconds);
            progress?.Report(new WorkProgress("training", state.ImagesSeen, config.Images, "images", $"D {log.Mean("discriminator"):0.00} G {log.Mean("adversarial"):0.00}"));

            bool last = state.ImagesSeen >= config.Images || stop.IsCancellationRequested || total.Elapsed >= options.MaxTime;
            bool Due(long interval) => before / interval != state.ImagesSeen / interval;
            if (Due(options.LogImages) || last) WriteLog(log, state.ImagesSeen);
            if (Due(options.PreviewImages) || last) Preview.Write(folder.Preview(state.ImagesSeen), state.Average, layout, config.Seed);
            if (Due(options.CheckpointImages) || last) WriteCheckpoint(state, folder);
            if (last) break;
        }
        return state.ImagesSeen;
    }

    private void RunIteration(TrainingState state, IReadOnlyList<Phase> phases, BatchLoader loader, TrainingLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        Batch batch = loader.Next();
        Tensor image = batch.Image.to(device), mask = MaskTensors.OneHot(batch.Labels!.to(device), config.Generator.Parts);
        // Randomness follows from seed and images seen alone: a resumed run goes on exactly.
        using Generator random = new(new SplitMix64(config.Seed, state.ImagesSeen).Next() >> 1);
        StepInput step = new(image, mask, random, (name, value) => log.Add(name, value.item<float>()));
        foreach (Phase phase in phases)
            if (phase.RunsIn(state.Iteration))
                RunPhase(phase, step, state, log);
        state.ImagesSeen += config.BatchSize;
        double halfLife = config.EmaRampUp > 0 ? Math.Min(config.EmaHalfLifeImages, config.EmaRampUp * state.ImagesSeen) : config.EmaHalfLifeImages;
        ExponentialMovingAverage.Update(state.Average, state.Generator, config.BatchSize, halfLife);
    }

    private static void RunPhase(Phase phase, StepInput step, TrainingState state, TrainingLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (nn.Module network in (nn.Module[])[state.Generator, state.Discriminator])
            foreach (Tensor parameter in network.parameters())
                parameter.requires_grad = ReferenceEquals(network, phase.Network);
        phase.Optimizer.ZeroGradients();
        Tensor loss = phase.Loss(step);
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new InputException($"the loss '{phase.Name}' is {value} after {state.ImagesSeen} images; the last checkpoint is intact: continue from it with a lower learning rate or a stronger R1 in another folder.");
        log.Add(phase.Name, value);
        loss.backward();
        phase.Optimizer.Step();
        phase.Optimizer.ZeroGradients();
    }

    private SemanticLayout CheckData()
    {
        SemanticLayout layout = data.Layout ?? throw new InputException($"{data.Description}: has no masks, but training needs pairs of images and masks.");
        if (data.Size != config.Generator.ImageSize)
            throw new InputException($"{data.Description}: images of {data.Size}×{data.Size}, expected {config.Generator.ImageSize}×{config.Generator.ImageSize} as the configuration says.");
        if (layout.Count != config.Generator.Parts)
            throw new InputException($"{data.Description}: {layout.Count} classes, expected {config.Generator.Parts} as the configuration says.");
        return layout;
    }

    private void Resume(TrainingState state, RunFolder folder)
    {
        if (folder.Resume(state.Load, message => LogUnreadable(logger, message)) is { } checkpoint) LogResumed(logger, checkpoint, state.ImagesSeen);
    }

    private static void WriteLog(TrainingLog log, long imagesSeen)
    {
        using Process process = Process.GetCurrentProcess();
        log.Add("resident_mb", process.WorkingSet64 / 1e6);
        log.Write(imagesSeen);
    }

    private void WriteCheckpoint(TrainingState state, RunFolder folder)
    {
        string path = folder.Checkpoint(state.ImagesSeen);
        state.Save(path);
        using Tensor mean = SemanticModel.ComputeMeanLatent(state.Average);
        JsonObject provenance = new() { ["data"] = data.Description, ["imagesSeen"] = state.ImagesSeen, ["seed"] = config.Seed };
        // The model borrows average and mean, so it is not disposed.
        new SemanticModel(state.Average, state.Layout, mean, provenance).Save(folder.ModelFile);
        folder.RemoveOldCheckpoints(options.Keep);
        LossChart.Write(folder.LogFile, folder.ChartFile, "discriminator", "adversarial", "real_logit", "fake_logit");
        LogCheckpoint(logger, path);
    }

    [LoggerMessage(LogLevel.Information, "continuing from {Checkpoint} ({ImagesSeen} images seen)")]
    private static partial void LogResumed(ILogger logger, string checkpoint, long imagesSeen);

    [LoggerMessage(LogLevel.Warning, "an unreadable checkpoint is passed over: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Debug, "wrote {Checkpoint}")]
    private static partial void LogCheckpoint(ILogger logger, string checkpoint);
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// Trains a generator: a SemanticStyleGAN (paper §3.5) or the mask/style formulation. Running it again with the same folder continues where the last checkpoint is, and gives
/// on the CPU the same weights, bit for bit, as a run that was never stopped.
/// </summary>
/// <param name="config">What is trained and how.</param>
/// <param name="options">What is written and how often.</param>
/// <param name="data">Pairs of images and masks of the configuration's size.</param>
/// <param name="device">Where to train.</param>
/// <param name="logger">Takes notes on checkpoints and resumption.</param>
/// <param name="group">The ranks that train together; <see cref="ProcessGroup.Alone"/> for one process.</param>
public sealed partial class Trainer(TrainingConfig config, TrainingOptions options, ISampleSource data, Device device, ILogger logger, ProcessGroup group)
{
    /// <summary>What a new run begins with; null for fresh weights.</summary>
    public TrainingStart? Start { get; init; }

    /// <summary>
    /// Trains until the configured number of images, a cancellation or the time limit; each ends with a checkpoint. Returns the images seen.
    /// In a group of several ranks each computes its part of the batch, and rank 0 alone opens the folder.
    /// </summary>
    /// <exception cref="InputException">Data, folder and configuration do not fit, or a loss is no longer finite (the last checkpoint stays).</exception>
    public long Run(string folderPath, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        int workers = Workers();
        if (workers == 1) return RunRank(folderPath, progress, stop);
        ISampleSource shared = SampleCache.Around(data); // what one rank has decoded or drawn, all have
        return ThreadGroup.Run(workers, ranks =>
            new Trainer(config, options, shared, device, ranks.IsFirst ? logger : NullLogger.Instance, ranks) { Start = Start }.RunRank(folderPath, ranks.IsFirst ? progress : null, stop))[0];
    }

    private int Workers()
    {
        if (group.Size > 1 || options.MicroBatch is not null) return 1;
        if (options.Workers is { } wanted) return wanted;
        int most = ThreadGroup.Suits(config.Generator.ImageSize, device) ? get_num_threads() : 1;
        return Enumerable.Range(1, most).Last(n => n == 1 || config.BatchSize % (n * BatchSlice.StatisticsGroup) == 0);
    }

    private long RunRank(string folderPath, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        SemanticLayout layout = CheckData();
        IReadOnlyList<BatchSlice> slices = BatchSlice.Of(group, config.Validate().BatchSize, options.MicroBatch);
        using Parser? parser = ReadsMasks || config.Projected > 0 || config.Reconstruction.Weight > 0 ? OpenParser(layout) : null;
        using RunFolder? folder = group.IsFirst ? new(folderPath) : null;
        folder?.AgreeOn(config);
        using TrainingState state = new(config, layout, device, parser);
        if (folder is not null) ResumeOrStart(state, folder);
        state.Broadcast(group);
        ISampleSource cached = SampleCache.Around(data);
        using BatchLoader loader = new(cached, new BatchLoaderOptions
        {
            BatchSize = config.BatchSize / group.Size,
            Seed = config.Seed,
            Mirror = config.Mirror,
            Weights = config.Balance > 0 ? ClassBalance.Weights(cached, config.Balance, progress, stop) : null,
            Rank = group.Rank,
            Ranks = group.Size,
        });
        loader.Seek(state.ImagesSeen);
        if (folder is not null && slices[0].HasSmallerGroups) LogSmallerGroups(logger, config.BatchSize / slices[0].Count);
        TrainingLog? log = folder is null ? null : new(folder, state.ImagesSeen);
        Iteration iteration = new(state, AdversarialPhases.Of(state, group, parser, Source()), slices, group);
        Stopwatch total = Stopwatch.StartNew();

        while (state.ImagesSeen < config.Images)
        {
            long before = state.ImagesSeen;
            Stopwatch time = Stopwatch.StartNew();
            (TimeSpan waited, TimeSpan transferred) = (group.Waited, group.Transferred);
            bool stopping = iteration.Run(loader, (name, value) => log?.Add(name, value), () => stop.IsCancellationRequested || (group.IsFirst && total.Elapsed >= options.MaxTime));
            if (Ends(state, before)) break;
            bool last = stopping || state.ImagesSeen >= config.Images;
            if (log is not null && folder is not null)
            {
                log.Add("images_per_second", config.BatchSize / time.Elapsed.TotalSeconds);
                if (group.Size > 1)
                {
                    log.Add("seconds_waiting", (group.Waited - waited).TotalSeconds);
                    log.Add("seconds_summing", (group.Transferred - transferred).TotalSeconds);
                }
                progress?.Report(new WorkProgress("training", state.ImagesSeen, config.Images, "images", Losses(log, state.ImagesSeen)));
                WriteDue(state, folder, log, before, last);
            }
            if (last) break;
        }
        return state.ImagesSeen;
    }

    private string Losses(TrainingLog log, long seen) => config.MasksOnly ? $"loss {log.Mean("mask_reading"):0.000}" : string.Join(' ', (string?[])[
        config.Reconstruction.Weight > 0 ? $"PSNR {log.Mean("reconstruction_psnr"):0.0}" : null,
        seen > config.Reconstruction.DiscriminatorFrom ? $"D {log.Mean("discriminator"):0.00}" : null,
        seen > Math.Max(Math.Max(config.DiscriminatorFirst, config.Reconstruction.EncoderFirst), config.Reconstruction.DiscriminatorFrom) ? $"G {log.Mean("adversarial"):0.00}" : null]).Trim();

    // Rank 0 has the moving average, and asks for all.
    private bool Ends(TrainingState state, long before)
    {
        if (options.EndWhen is not { } ask || before / options.PreviewImages == state.ImagesSeen / options.PreviewImages) return false;
        string? reason = group.IsFirst ? ask(state.Average) : null;
        if (reason is not null) LogEnded(logger, state.ImagesSeen, reason);
        return group.Sum(reason is null ? 0 : 1) > 0;
    }

    private void WriteDue(TrainingState state, RunFolder folder, TrainingLog log, long before, bool last)
    {
        bool Due(long interval) => last || before / interval != state.ImagesSeen / interval;
        if (Due(options.LogImages)) WriteLog(log, state.ImagesSeen);
        if (Due(options.PreviewImages)) Preview.Write(folder.Preview(state.ImagesSeen), state.Average, state.Layout, config.Seed);
        if (Due(options.CheckpointImages)) WriteCheckpoint(state, folder);
    }

    private SemanticLayout CheckData()
    {
        SemanticLayout layout = (config.ImageOnly ? Start?.Model.Layout ?? FoundParts : data.Layout) ?? throw new InputException($"{data.Description}: has no masks, but training needs pairs of images and masks.");
        if (data.Size != config.Generator.ImageSize)
            throw new InputException($"{data.Description}: images of {data.Size}×{data.Size}, expected {config.Generator.ImageSize}×{config.Generator.ImageSize} as the configuration says.");
        if (layout.Count != config.Generator.Parts)
            throw new InputException($"{data.Description}: {layout.Count} classes, expected {config.Generator.Parts} as the configuration says.");
        config.ClassesEditedFirst(layout); // refuses other names before anything is written
        return layout;
    }

    // The model that the run begins with is held: its own weights are what parts are compared with.
    private CompositionalGenerator? Source()
    {
        if (config.KeepParts == 0) return null;
        if (Start is null || Start.Model.Config.Parts != config.Generator.Parts) throw new InputException("keepParts: the run must begin with a model of the same parts (adapt), whose parts are kept; expected 0 otherwise.");
        return Start.Model.Generator;
    }

    // Parts that are found without masks are not the data's classes.
    private SemanticLayout? FoundParts => config.Generator.Architecture == GeneratorArchitecture.MaskStyle ? SemanticLayout.Found(config.Generator.Parts) : null;

    // Then the parser's classes must be the data's.
    private bool ReadsMasks => config.ParserAgreement > 0 || config.MasksOnly;

    private Parser OpenParser(SemanticLayout layout)
    {
        Parser parser = ParserSource.Open(config.Parser, device);
        try
        {
            int classes = ReadsMasks ? layout.Count : parser.Layout.Count;
            if (parser.Layout.Count != classes || config.Generator.ImageSize % parser.Config.SizeMultiple != 0)
                throw new InputException($"the parser '{config.Parser ?? ParserSource.Default}' reads {parser.Layout.Count} classes in images whose size is a multiple of {parser.Config.SizeMultiple}, expected {classes} classes and {config.Generator.ImageSize} pixels; train one for this data with 'train-parser'.");
            return parser;
        }
        catch
        {
            parser.Dispose();
            throw;
        }
    }

    private void ResumeOrStart(TrainingState state, RunFolder folder)
    {
        if (folder.Resume(state.Load, message => LogUnreadable(logger, message)) is { } checkpoint) LogResumed(logger, checkpoint, state.ImagesSeen);
        else if (Start is not null) LogStarted(logger, Start.Fill(state));
    }

    private static void WriteLog(TrainingLog log, long imagesSeen)
    {
        using Process process = Process.GetCurrentProcess();
        log.Add("resident_mb", process.WorkingSet64 / 1e6);
        log.Add("live_tensors", Tensor.TotalCount);
        log.Write(imagesSeen);
    }

    private void WriteCheckpoint(TrainingState state, RunFolder folder)
    {
        string path = folder.Checkpoint(state.ImagesSeen);
        state.Save(path);
        using Tensor mean = SemanticModel.ComputeMeanLatent(state.Average);
        JsonObject provenance = new() { ["data"] = data.Description, ["imagesSeen"] = state.ImagesSeen, ["seed"] = config.Seed };
        if (config.StartedFrom is { } first) provenance["startedFrom"] = first;
        // The model borrows average and mean, so it is not disposed.
        new SemanticModel(state.Average, state.Layout, mean, provenance).Save(folder.ModelFile);
        folder.RemoveOldCheckpoints(options.Keep);
        LossChart.Write(folder.LogFile, folder.ChartFile, "discriminator", "adversarial", "real_logit", "fake_logit");
        LogCheckpoint(logger, path);
    }

    [LoggerMessage(LogLevel.Information, "continuing from {Checkpoint} ({ImagesSeen} images seen)")]
    private static partial void LogResumed(ILogger logger, string checkpoint, long imagesSeen);

    [LoggerMessage(LogLevel.Information, "the run begins with {What}")]
    private static partial void LogStarted(ILogger logger, string what);

    [LoggerMessage(LogLevel.Warning, "the run ends after {ImagesSeen} images: {Reason}; the model is that of the last checkpoint")]
    private static partial void LogEnded(ILogger logger, long imagesSeen, string reason);

    [LoggerMessage(LogLevel.Warning, "an unreadable checkpoint is passed over: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Images} images at once: minibatch statistics are taken over groups of {Images}, not of 4, which is not the same training as with larger slices")]
    private static partial void LogSmallerGroups(ILogger logger, int images);

    [LoggerMessage(LogLevel.Debug, "wrote {Checkpoint}")]
    private static partial void LogCheckpoint(ILogger logger, string checkpoint);
}

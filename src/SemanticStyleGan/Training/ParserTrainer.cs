using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// Trains a <see cref="Parser"/> on pairs of images and masks, and measures it on the pairs that are held out. Running it again with the
/// same folder continues where the last checkpoint is, bit for bit on the CPU.
/// </summary>
/// <param name="config">What is trained and how.</param>
/// <param name="options">What is written and how often; with each checkpoint comes a measurement.</param>
/// <param name="data">Pairs of images and masks of the configuration's size.</param>
/// <param name="device">Where to train.</param>
/// <param name="logger">Takes notes on resumption.</param>
public sealed partial class ParserTrainer(ParserTrainingConfig config, TrainingOptions options, ISampleSource data, Device device, ILogger logger)
{
    private const double Warmup = 0.02;
    private readonly Degradation degradation = new(config.Degradation);

    /// <summary>Trains until the configured number of images, a cancellation or the time limit; each ends with a checkpoint. Returns the images seen.</summary>
    /// <exception cref="InputException">Data, folder and configuration do not fit, or the loss is no longer finite (the last checkpoint stays).</exception>
    public long Run(string folderPath, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        config.Validate();
        SemanticLayout layout = CheckData();
        SampleSplit split = SampleSplit.Of(data, config.Fold, config.Folds);
        using RunFolder folder = new(folderPath);
        folder.AgreeOn(config);
        using ParserTrainingState state = new(config, device);
        Resume(state, folder);
        using BatchLoader loader = new(split.Training, new BatchLoaderOptions { BatchSize = config.BatchSize, Seed = config.Seed, Mirror = true });
        loader.Seek(state.ImagesSeen);
        TrainingLog log = new(folder, state.ImagesSeen);
        Stopwatch total = Stopwatch.StartNew();

        while (state.ImagesSeen < config.Images)
        {
            long before = state.ImagesSeen;
            Stopwatch iteration = Stopwatch.StartNew();
            RunIteration(state, loader, log);
            log.Add("images_per_second", config.BatchSize / iteration.Elapsed.TotalSeconds);
            progress?.Report(new WorkProgress("training", state.ImagesSeen, config.Images, "images", $"loss {log.Mean("loss"):0.000}"));

            bool last = state.ImagesSeen >= config.Images || stop.IsCancellationRequested || total.Elapsed >= options.MaxTime;
            bool Due(long interval) => last || before / interval != state.ImagesSeen / interval;
            if (Due(options.CheckpointImages)) WriteCheckpoint(state, layout, folder, split, log);
            if (Due(options.LogImages) || Due(options.CheckpointImages)) log.Write(state.ImagesSeen);
            if (last) break;
        }
        LossChart.Write(folder.LogFile, folder.ChartFile, "loss", "miou", "miou_degraded");
        return state.ImagesSeen;
    }

    private void RunIteration(ParserTrainingState state, BatchLoader loader, TrainingLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        Batch batch = loader.Next();
        using Generator random = new(new SplitMix64(config.Seed, state.ImagesSeen).Next() >> 1);
        Tensor images = degradation.Apply(batch.Image.to(device), random);
        double done = (double)state.ImagesSeen / config.Images;
        state.Adam.LearningRate = config.LearningRate * Math.Min(1, (done + config.BatchSize / (double)config.Images) / Warmup) * (1 + Math.Cos(Math.PI * done)) / 2;
        state.Adam.ZeroGradients();
        Tensor loss = SegmentationLoss.Compute(state.Network.Forward(images), batch.Labels!.to(device));
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new InputException($"the loss is {value} after {state.ImagesSeen} images; the last checkpoint is intact: begin with a lower learning rate in another folder.");
        log.Add("loss", value);
        loss.backward();
        state.Adam.Step();
        state.Adam.ZeroGradients();
        state.ImagesSeen += config.BatchSize;
    }

    private void WriteCheckpoint(ParserTrainingState state, SemanticLayout layout, RunFolder folder, SampleSplit split, TrainingLog log)
    {
        string path = folder.Checkpoint(state.ImagesSeen);
        state.Save(path);
        JsonObject measured = [];
        foreach ((string suffix, double strength) in ((string, double)[])[("", 0), ("_degraded", 1)])
        {
            ConfusionMatrix confusion = Measure(state.Network, split.HeldOut, new Degradation(strength));
            Dictionary<string, double> values = new() { ["miou" + suffix] = confusion.MeanIntersectionOverUnion, ["accuracy" + suffix] = confusion.Accuracy };
            if (suffix.Length == 0)
                for (int k = 0; k < layout.Count; k++) values[$"iou_{layout.Classes[k].Name}"] = confusion.IntersectionOverUnion(k);
            foreach ((string name, double value) in values.Where(v => !double.IsNaN(v.Value)))
            {
                log.Add(name, value);
                measured[name] = Math.Round(value, 4);
            }
        }
        JsonObject provenance = new() { ["data"] = split.Training.Description, ["imagesSeen"] = state.ImagesSeen, ["seed"] = config.Seed, ["heldOut"] = measured };
        // The parser borrows the network, so it is not disposed.
        Parser parser = new(state.Network, layout, provenance);
        parser.Save(folder.ParserFile, half: true);
        WritePreview(folder.Preview(state.ImagesSeen), parser, split.HeldOut);
        folder.RemoveOldCheckpoints(options.Keep);
    }

    /// <summary>Counts a network's readings of the first held-out samples against their masks.</summary>
    private ConfusionMatrix Measure(ParserNetwork network, ISampleSource heldOut, Degradation worse)
    {
        using IDisposable noGradient = no_grad();
        ConfusionMatrix confusion = new(config.Parser.Classes);
        using Generator random = new((ulong)config.Seed);
        int count = Math.Min(config.MostHeldOut, heldOut.Count);
        for (int first = 0; first < count; first += config.BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor images, Tensor? labels) = SampleTensors.Read(heldOut, first, Math.Min(config.BatchSize, count - first));
            confusion.Add(labels!, network.Forward(worse.Apply(images.to(device), random)).argmax(1).cpu());
        }
        return confusion;
    }

    private void WritePreview(string path, Parser parser, ISampleSource heldOut)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new((ulong)config.Seed);
        (Tensor images, _) = SampleTensors.Read(heldOut, 0, Math.Min(24, heldOut.Count));
        images = degradation.Apply(images.to(device), random);
        PngCodec.Write(path, ImageGrid.Pairs(ImageTensors.ToPictures(images), [.. MaskTensors.ToLabels(parser.Logits(images)).Select(m => MaskColors.Paint(m, parser.Layout))], 6));
    }

    private SemanticLayout CheckData()
    {
        SemanticLayout layout = data.Layout ?? throw new InputException($"{data.Description}: has no masks, but training needs pairs of images and masks.");
        if (data.Size != config.Parser.ImageSize) throw new InputException($"{data.Description}: images of {data.Size}×{data.Size}, expected {config.Parser.ImageSize}×{config.Parser.ImageSize} as the configuration says.");
        if (layout.Count != config.Parser.Classes) throw new InputException($"{data.Description}: {layout.Count} classes, expected {config.Parser.Classes} as the configuration says.");
        return layout;
    }

    private void Resume(ParserTrainingState state, RunFolder folder)
    {
        if (folder.Resume(state.Load, message => LogUnreadable(logger, message)) is { } checkpoint) LogResumed(logger, checkpoint, state.ImagesSeen);
    }

    [LoggerMessage(LogLevel.Information, "continuing from {Checkpoint} ({ImagesSeen} images seen)")]
    private static partial void LogResumed(ILogger logger, string checkpoint, long imagesSeen);

    [LoggerMessage(LogLevel.Warning, "an unreadable checkpoint is passed over: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);
}

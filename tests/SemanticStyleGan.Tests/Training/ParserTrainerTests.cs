using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Data;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class ParserTrainerTests : IDisposable
{
    private static readonly ParserTrainingConfig Config = new()
    {
        Parser = new ParserConfig { ImageSize = 16, Width = 8, Halvings = 2, MaxChannels = 16 },
        BatchSize = 8,
        Images = 64,
        Folds = 4,
        Seed = 5,
    };

    private static readonly TrainingOptions Options = new() { CheckpointImages = 24, LogImages = 8 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_stops_and_continues_gives_the_same_weights_as_one_that_does_not_bit_for_bit()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Run("whole");
        Assert.Equal(8, Run("parts", stop: stop.Token));
        Assert.Equal(64, Run("parts"));
        using TensorFile whole = Last("whole"), parts = Last("parts");
        Assert.Equal("64", whole.Metadata["images_seen"]);
        Parity.AssertSame(whole.Tensors, parts.Tensors);
    }

    [Fact]
    public void A_run_learns_and_leaves_parser_log_preview_and_chart()
    {
        Run("run", Config with { Images = 1600, LearningRate = 0.01 });
        using RunFolder run = new(folder.File("run"));
        JsonElement[] lines = [.. File.ReadLines(run.LogFile).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
        Assert.True(lines[^1].GetProperty("loss").GetDouble() < 0.6 * lines[0].GetProperty("loss").GetDouble());
        // All background would be 1/13 of classes.
        Assert.InRange(lines[^1].GetProperty("miou").GetDouble(), 0.2, 1);
        Assert.InRange(lines[^1].GetProperty("miou_degraded").GetDouble(), 0.15, 1);
        Assert.InRange(lines[^1].GetProperty("iou_background").GetDouble(), 0.5, 1);
        using Parser parser = ParserSource.Open(run.Root);
        Assert.Equal(Config.Parser, parser.Config);
        Assert.Equal(lines[^1].GetProperty("miou").GetDouble(), parser.Provenance["heldOut"]!["miou"]!.GetValue<double>(), 1e-4);
        Assert.True(File.Exists(run.Preview(1600)));
        Assert.True(File.Exists(run.ChartFile));
    }

    [Fact]
    public void Data_and_configurations_that_do_not_fit_are_refused()
    {
        Assert.Contains("no masks", Assert.Throws<InputException>(() => Run("a", data: new PatternSource(8, 16, null))).Message);
        Assert.Contains("8×8", Assert.Throws<InputException>(() => Run("a", data: new PatternSource(8, 8, SemanticLayout.Faces))).Message);
        Assert.Contains("imageSize 18", Assert.Throws<InputException>(() => Run("a", Config with { Parser = Config.Parser with { ImageSize = 18 } })).Message);
        Assert.False(Directory.Exists(folder.File("a")));
        Run("run", Config with { Images = 8 });
        Assert.Contains("images 8, now 64", Assert.Throws<InputException>(() => Run("run")).Message);
    }

    private long Run(string name, ParserTrainingConfig? config = null, ISampleSource? data = null, CancellationToken stop = default) =>
        new ParserTrainer(config ?? Config, Options with { CheckpointImages = (config ?? Config).Images / 2 }, data ?? new SyntheticFaces(16, 32, 1), CPU, NullLogger.Instance)
            .Run(folder.File(name), null, stop);

    private TensorFile Last(string name)
    {
        using RunFolder opened = new(folder.File(name));
        return Safetensors.Read(opened.Checkpoints()[0]);
    }
}

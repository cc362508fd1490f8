using System.Diagnostics;
using System.Text.Json;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.EndToEnd.Tests;

/// <summary>The main job as a user does it: train, stop, continue, look at the model, generate.</summary>
public sealed class TrainAndGenerateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-train").FullName;

    /// <summary>A configuration that trains in seconds.</summary>
    internal static TrainingConfig Small { get; } = new TrainingConfig { BatchSize = 4, Images = 32, R1Interval = 4 }.WithGenerator(new GeneratorConfig
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

    public TrainAndGenerateTests() => File.WriteAllText(In("small.json"), JsonSerializer.Serialize(Small, StrictJson.Options));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_is_trained_described_and_used()
    {
        Train("run", "32").AssertDone();
        CommandLineProgram.Result info = CommandLineProgram.Run("info", "--model", In("run"));
        info.AssertDone();
        Assert.Contains("16×16", info.Output, StringComparison.Ordinal);
        Assert.Contains("hair", info.Output, StringComparison.Ordinal);

        CommandLineProgram.Result generated = CommandLineProgram.Run("generate", "--model", In("run"), "--count", "3", "--seed", "5", "--out", In("a"), "--save-arrays");
        generated.AssertDone();
        foreach (string kind in (string[])["images", "masks", "labels"])
            Assert.Equal(["000000.png", "000001.png", "000002.png"], Directory.GetFiles(Path.Combine(In("a"), kind)).Select(f => Path.GetFileName(f)).Order());
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal([3, 3, 16, 16], Npy.Read(Path.Combine(In("a"), "image.npy")).shape);
        Assert.Equal([3, 13, 16, 16], Npy.Read(Path.Combine(In("a"), "mask.npy")).shape);
        Assert.Equal([3, 13, 8, 8], Npy.Read(Path.Combine(In("a"), "coarse_mask.npy")).shape);

        // The latents that were written give the same pictures again, byte by byte.
        CommandLineProgram.Run("generate", "--model", In("run"), "--latents", Path.Combine(In("a"), "latents.npy"), "--out", In("b")).AssertDone();
        Assert.Equal(File.ReadAllBytes(Path.Combine(In("a"), "grid.png")), File.ReadAllBytes(Path.Combine(In("b"), "grid.png")));
    }

    [Fact]
    public void A_killed_run_continues_with_the_same_command_to_the_same_weights()
    {
        Train("whole", "64").AssertDone();
        using (Process killed = StartTraining("parts", "64"))
        {
            string checkpoints = Path.Combine(In("parts"), "checkpoints");
            Stopwatch waiting = Stopwatch.StartNew();
            while (!killed.HasExited && !(Directory.Exists(checkpoints) && Directory.EnumerateFiles(checkpoints, "*.safetensors").Any()) && waiting.Elapsed < TimeSpan.FromMinutes(2)) Thread.Sleep(5);
            killed.Kill();
            killed.WaitForExit();
        }
        Train("parts", "64").AssertDone();
        Assert.Equal(File.ReadAllBytes(Path.Combine(In("whole"), "checkpoints", "images-0000000064.safetensors")),
            File.ReadAllBytes(Path.Combine(In("parts"), "checkpoints", "images-0000000064.safetensors")));
    }

    [Theory, InlineData("small"), InlineData("detached")]
    public void An_official_checkpoint_gives_the_pictures_of_the_authors_program(string parity)
    {
        string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "parity", parity);
        using DisposeScope scope = NewDisposeScope();
        using TensorFile cases = Safetensors.Read(Path.Combine(fixtures, "cases.safetensors"));
        Npy.Write(In("codes.npy"), cases.Tensors["in.w_plus"]);
        CommandLineProgram.Run("generate", "--model", Path.Combine(fixtures, "000003.pt"), "--latents", In("codes.npy"), "--out", In(parity), "--save-arrays").AssertDone();
        foreach ((string file, string expected) in ((string, string)[])[("image", "out.image"), ("mask", "out.seg"), ("coarse_mask", "out.seg_coarse")])
            Assert.InRange((Npy.Read(Path.Combine(In(parity), file + ".npy")) - cases.Tensors[expected]).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Wrong_input_is_refused_in_one_line()
    {
        File.WriteAllText(In("no-model.safetensors"), "hello");
        File.WriteAllText(In("bad.json"), """{"imageSize": 64}""");
        Npy.Write(In("odd.npy"), ones(2, 3));
        CommandLineProgram.Run("generate", "--model", In("nothing"), "--out", In("x")).AssertRefused("no such model");
        CommandLineProgram.Run("generate", "--model", In("no-model.safetensors"), "--out", In("x")).AssertRefused("no-model.safetensors");
        CommandLineProgram.Run("generate", "--model", folder, "--out", In("x")).AssertRefused("model.safetensors");
        CommandLineProgram.Run("generate", "--count", "0").AssertRefused("--count", "0");
        CommandLineProgram.Run("train", "--preset", "huge", "--out", In("x")).AssertRefused("--preset", "tiny64");
        CommandLineProgram.Run("train", "--masks-only", "--out", In("x")).AssertRefused("--masks-only", "--from");
        CommandLineProgram.Run("train", "--data", In("missing.zip"), "--out", In("x")).AssertRefused("missing.zip");
        CommandLineProgram.Run("train", "--config", In("bad.json"), "--out", In("x")).AssertRefused("bad.json", "imageSize");
        CommandLineProgram.Run("train", "--config", In("small.json"), "--batch", "6", "--out", In("x")).AssertRefused("batchSize 6");
        Assert.False(Directory.Exists(In("x")));
        string model = Path.Combine(AppContext.BaseDirectory, "Fixtures", "parity", "small", "000003.pt");
        CommandLineProgram.Run("generate", "--model", model, "--latents", In("odd.npy"), "--out", In("x")).AssertRefused("[1, 3]", "[N, 24]");
    }

    private CommandLineProgram.Result Train(string run, string images)
    {
        using Process process = StartTraining(run, images);
        return CommandLineProgram.Finish(process, ["train"]);
    }

    private Process StartTraining(string run, string images) => CommandLineProgram.Start(
        "train", "--data", "synthetic:24", "--config", In("small.json"), "--images", images, "--checkpoint-every", "8", "--out", In(run));

    private string In(string name) => Path.Combine(folder, name);
}

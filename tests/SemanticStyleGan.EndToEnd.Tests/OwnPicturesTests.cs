using System.Text.Json.Nodes;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Perception;
using TorchSharp;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

/// <summary>What one does with pictures of one's own: inversion, adaptation to a look, fine-tuning to other classes.</summary>
public sealed class OwnPicturesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-own-").FullName;

    public OwnPicturesTests()
    {
        GeneratorConfig config = new() { ImageSize = 16, StyleSize = 8, MappingLayers = 2, LocalLayers = 3, BaseLayers = 1, DepthLayers = 2, LocalChannels = 4, CoarseChannels = 4, CoarseSize = 8, MinFeatureSize = 4, ChannelMultiplier = 0.01 };
        using SemanticModel tiny = new(new SemanticGenerator(config, new Initializer(1, torch.CPU)), SemanticLayout.Faces);
        tiny.Save(At("model.safetensors"));
        Run("dataset", "synthesize", "--count", "12", "--size", "16", "--seed", "7", "--out", At("faces.zip")).AssertDone();
        Run("generate", "--model", At("model.safetensors"), "--count", "2", "--out", At("pictures")).AssertDone();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void Inversion_compares_in_the_features_of_a_file_and_skips_what_is_no_picture()
    {
        Directory.CreateDirectory(At("photos"));
        foreach (string picture in Directory.GetFiles(At("pictures/images"))) File.Copy(picture, Path.Combine(At("photos"), Path.GetFileName(picture)));
        File.WriteAllText(At("photos/notes.png"), "no picture");
        string features = TorchScriptArchive.Write(At("features.pt"), "return torch.mul(x, 2)");
        Result result = Run("invert", "--model", At("model.safetensors"), "--images", At("photos"), "--parser", "none", "--features", features, "--steps", "40", "--out", At("inverted"));
        result.AssertDone();
        Assert.Contains("notes.png", result.Error, StringComparison.Ordinal);
        string[] quality = File.ReadAllLines(At("inverted/psnr.csv"));
        double First(string line) => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(First(quality[^1]) > First(quality[1]) + 1, $"{quality[1]} … {quality[^1]}");
        Run("resample", "--model", At("model.safetensors"), "--code", At("inverted/latents.npy") + ":0", "--parts", "hair", "--out", At("hair")).AssertDone();
        Run("invert", "--model", At("model.safetensors"), "--images", At("photos"), "--features", At("no.pt"), "--out", At("none")).AssertRefused("no.pt");
        Assert.False(Directory.Exists(At("none")));
    }

    [Fact]
    public void Adaptation_starts_from_a_model_and_leaves_one()
    {
        Run("dataset", "import", "images", At("pictures/images"), "--size", "16", "--out", At("look.zip")).AssertDone();
        Run("adapt", "--model", At("model.safetensors"), "--data", At("look.zip"), "--freeze-local", "--images", "16", "--batch", "4", "--preview-every", "8", "--checkpoint-every", "8", "--out", At("adapted")).AssertDone();
        JsonNode config = JsonNode.Parse(File.ReadAllText(At("adapted/config.json")))!;
        Assert.Equal([4, 0.3, 1, 20], new[] { "editLocality", "keepParts", "projected", "maskConsistency" }.Select(name => (double)config[name]!));
        Assert.True((bool)config["freezeLocalGenerators"]!);
        Run("generate", "--model", At("adapted"), "--count", "1", "--out", At("out")).AssertDone();
        Run("adapt", "--model", At("model.safetensors"), "--data", At("none.zip"), "--out", At("other")).AssertRefused("none.zip");
        Assert.False(Directory.Exists(At("other")));
    }

    [Fact]
    public void Fine_tuning_takes_over_the_parts_that_both_have()
    {
        Directory.CreateDirectory(At("labels"));
        foreach (string mask in Directory.GetFiles(At("pictures/labels"))) File.Copy(mask, Path.Combine(At("labels"), Path.GetFileName(mask)));
        string[] classes = ["background", "face", "eye", "eyebrow", "mouth", "nose", "ear", "hair", "neck", "scarf", "glasses", "hat", "beard"];
        File.WriteAllText(At("classes.json"), $$"""{ "name": "mine", "classes": [ {{string.Join(", ", classes.Select(c => $$"""{ "name": "{{c}}" }"""))}} ] }""");
        Run("dataset", "import", "folder", "--images", At("pictures/images"), "--labels", At("labels"), "--classes", At("classes.json"), "--size", "16", "--out", At("mine.zip")).AssertDone();
        Result result = Run("train", "--from", At("model.safetensors"), "--data", At("mine.zip"), "--images", "8", "--batch", "4", "--out", At("mine"));
        result.AssertDone();
        Assert.Contains("11 parts of the model", result.Output + result.Error, StringComparison.Ordinal);
        Run("generate", "--model", At("mine"), "--count", "1", "--out", At("out")).AssertDone();
    }
}

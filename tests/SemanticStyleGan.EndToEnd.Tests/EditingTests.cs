using System.Text.Json.Nodes;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Perception;
using TorchSharp;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class EditingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-editing-").FullName;
    private readonly string model;

    public EditingTests()
    {
        model = Path.Combine(folder, "model.safetensors");
        GeneratorConfig config = new() { ImageSize = 16, StyleSize = 8, MappingLayers = 2, Parts = 3, LocalLayers = 4, DepthLayers = 3, LocalChannels = 4, CoarseChannels = 4, CoarseSize = 8, MinFeatureSize = 4, ChannelMultiplier = 0.01, TransparentParts = [] };
        SemanticLayout layout = new("tiny", [new("background", 0), new("face", 0xFF0000), new("hair", 0x00FF00)]);
        using SemanticModel tiny = new(new SemanticGenerator(config, new Initializer(1, torch.CPU)), layout);
        tiny.Save(model);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_mix_repeats_to_the_byte_from_its_settings_and_from_its_latents()
    {
        string first = Out("first"), second = Out("second"), again = Out("again");
        Run("mix", "--model", model, "--from", "seed:1", "seed:2@1", "--into", "seed:3", "--parts", "hair", "--out", first).AssertDone();
        string[] arguments = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(first, "settings.json")))!["arguments"]!.AsArray().Select(a => (string)a!)];
        Run([.. arguments[..^1], second]).AssertDone();
        Run("generate", "--model", model, "--latents", Path.Combine(first, "latents.npy"), "--out", again).AssertDone();
        foreach (string file in new[] { "images/000000.png", "images/000001.png", "labels/000001.png", "latents.npy", "grid.png" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(first, "images/000001.png")), File.ReadAllBytes(Path.Combine(again, "images/000001.png")));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(first, "images/000000.png")), File.ReadAllBytes(Path.Combine(first, "images/000001.png")));
    }

    [Fact]
    public void Every_kind_of_local_synthesis_leaves_its_files()
    {
        Run("resample", "--model", model, "--code", "seed:1", "--parts", "hair", "--count", "2", "--out", Out("resample")).AssertDone();
        AssertFiles("resample", "images/000001.png", "grid.png", "latents.npy", "settings.json");
        Run("interpolate", "--model", model, "--codes", "seed:1", "seed:2", "--steps", "3", "--parts", "hair", "--frames", "--out", Out("walk")).AssertDone();
        AssertFiles("walk", "animation.webp", "images/000002.png", "latents.npy", "settings.json");
        Run("components", "--model", model, "--code", "seed:1", "--order", "face", "--out", Out("components")).AssertDone();
        AssertFiles("components", "added/00_face.png", "added/02_hair.png", "alone/hair.png", "depths/face.png", "mask.png", "coarse_mask.png", "settings.json");
        Run("transform", "--model", model, "--code", "seed:1", "--part", "hair", "--shift", "-0.1,0", "--steps", "3", "--out", Out("moved")).AssertDone();
        AssertFiles("moved", "animation.webp", "images/000000.png", "grid.png", "settings.json");
    }

    [Fact]
    public void A_text_is_followed_with_a_pair_of_encoders()
    {
        string merges = Out("merges.txt"), image = TorchScriptArchive.Write(Out("image.pt"), "return torch.mean(x, [2, 3])"), text = TorchScriptArchive.Write(Out("text.pt"), "return torch.to(torch.narrow(x, 1, 1, 3), 6)");
        File.WriteAllText(merges, "#version: 0.2\nr e\n");
        string[] edit = ["edit", "--model", model, "--codes", "seed:1", "--text", "a", "--parts", "hair", "--text-steps", "20", "--out", Out("text")];
        Run([.. edit, "--clip-image", image, "--clip-text", text, "--clip-vocabulary", merges, "--clip-size", "16"]).AssertDone();
        AssertFiles("text", "images/000000.png", "grid.png", "latents.npy", "settings.json");
        JsonNode results = JsonNode.Parse(File.ReadAllText(Path.Combine(Out("text"), "settings.json")))!["results"]!;
        Assert.True((double)results["similarityAfter"]![0]! > (double)results["similarityBefore"]![0]!);
        Run([.. edit, "--clip-image", image]).AssertRefused("--text needs --clip-text FILE");
        Run([.. edit, "--direction", "x:1"]).AssertRefused("either --direction FILE:STRENGTH or --text TEXT");
    }

    [Fact]
    public void A_second_run_with_fewer_pictures_leaves_none_of_the_first()
    {
        string own = Path.Combine(Out("again"), "images", "mine.png");
        Run("generate", "--model", model, "--count", "3", "--out", Out("again")).AssertDone();
        File.WriteAllText(own, "kept");
        Run("generate", "--model", model, "--count", "2", "--out", Out("again")).AssertDone();
        Assert.Equal(["000000.png", "000001.png", "mine.png"], Directory.GetFiles(Path.GetDirectoryName(own)!).Select(Path.GetFileName).Order());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Out("again"), "labels")).Length);
    }

    [Fact]
    public void Directions_are_found_saved_and_used_and_a_mask_is_painted()
    {
        string directions = Out("directions");
        Run("directions", "pca", "--model", model, "--parts", "hair", "--count", "2", "--out", directions).AssertDone();
        Run("directions", "factorize", "--model", model, "--parts", "hair.shape", "--count", "1", "--out", directions).AssertDone();
        Run("directions", "fit", "--model", model, "--measure", "hair:red", "--samples", "60", "--parts", "hair", "--out", directions).AssertDone();
        AssertFiles("directions", "pca-hair-1.direction", "hair-shape-0.direction", "hair-red.direction", "directions.png", "settings.json");
        Run("edit", "--model", model, "--codes", "seed:1", "--direction", Path.Combine(directions, "hair-red") + ":+2", "--out", Out("edited")).AssertDone();
        AssertFiles("edited", "images/000000.png", "grid.png", "latents.npy", "settings.json");
        Run("paint", "--model", model, "--code", "seed:1", "--mask", Path.Combine(Out("edited"), "masks", "000000.png"), "--steps", "3", "--out", Out("painted")).AssertDone();
        AssertFiles("painted", "images/000000.png", "grid.png", "latents.npy", "settings.json");
        Run("directions", "fit", "--model", model, "--parts", "hair", "--out", directions).AssertRefused("--measure", "--scores");
        Run("edit", "--model", model, "--codes", "seed:1", "--direction", "none:+2", "--out", Out("a")).AssertRefused("none");
    }

    [Fact]
    public void Pictures_are_inverted_bad_ones_named_and_the_rest_goes_on()
    {
        Run("generate", "--model", model, "--count", "3", "--out", Out("own")).AssertDone();
        File.WriteAllText(Path.Combine(Out("own"), "images", "bad.png"), "no picture");
        Result result = Run("invert", "--model", model, "--images", Path.Combine(Out("own"), "images"), "--masks", Path.Combine(Out("own"), "labels"), "--steps", "4", "--tune-steps", "2", "--batch", "2", "--out", Out("inverted"));
        result.AssertDone();
        Assert.Contains("bad.png", result.Error, StringComparison.Ordinal);
        AssertFiles("inverted", "grid.png", "animation.webp", "psnr.png", "psnr.csv", "latents.npy", "images/000002.png", "targets/000002.png", "tuned-000002.safetensors", "settings.json");
        Run("edit", "--model", Path.Combine(Out("inverted"), "tuned-000000.safetensors"), "--codes", Path.Combine(Out("inverted"), "latents.npy") + ":3", "--direction", "none:+1", "--out", Out("a")).AssertRefused("row 3");
        string encoder = Path.Combine(folder, "encoder.safetensors");
        Run("train-encoder", "--model", model, "--data", "synthetic:16", "--steps", "5", "--out", encoder).AssertDone();
        Run("train-encoder", "--model", model, "--out", encoder).AssertRefused("--overwrite");
        Run("invert", "--model", model, "--images", Path.Combine(Out("own"), "images", "000000.png"), "--steps", "2", "--out", Out("encoded")).AssertDone();
        Run("invert", "--images", Path.Combine(Out("own"), "images"), "--encoder", encoder, "--out", Out("a")).AssertRefused("this encoder is for models of 16²");
        Run("invert", "--model", model, "--images", Path.Combine(Out("own"), "nothing"), "--out", Out("a")).AssertRefused("nothing");
    }

    [Fact]
    public void What_cannot_be_used_is_refused_in_one_line_and_leaves_no_settings()
    {
        Run("mix", "--model", model, "--from", "seed:x", "--into", "seed:3", "--parts", "hair", "--out", Out("a")).AssertRefused("seed:x", "seed:N");
        Run("mix", "--model", model, "--from", "seed:1", "--into", "seed:3", "--parts", "nose", "--out", Out("a")).AssertRefused("nose", "background, face, hair");
        Run("transform", "--model", model, "--code", "seed:1", "--part", "hair", "--shift", "far", "--out", Out("a")).AssertRefused("--shift", "far");
        Run("interpolate", "--model", model, "--codes", "seed:1", "--out", Out("a")).AssertRefused("--codes");
        Assert.False(Directory.Exists(Out("a")));
    }

    private string Out(string name) => Path.Combine(folder, name);

    private void AssertFiles(string name, params string[] files)
    {
        foreach (string file in files) Assert.True(new FileInfo(Path.Combine(Out(name), file)).Length > 0, file);
    }
}

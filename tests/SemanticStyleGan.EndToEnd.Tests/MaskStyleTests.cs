using System.Text.Json;
using System.Text.Json.Nodes;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

/// <summary>The mask/style architecture as a user meets it.</summary>
public sealed class MaskStyleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-maskstyle-").FullName;

    public MaskStyleTests() => File.WriteAllText(In("small.json"), JsonSerializer.Serialize(TrainAndGenerateTests.Small, StrictJson.Options));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_is_trained_continued_used_and_measured_and_what_it_has_not_is_refused()
    {
        Train("run", "8", "--mask-supervision").AssertDone();
        Result continued = Train("run", "16", "--mask-supervision");
        continued.AssertDone();
        Assert.Contains("continuing from", continued.Error, StringComparison.Ordinal);
        Result info = Run("info", "--model", In("run"));
        Assert.Contains("mask-style", info.Output, StringComparison.Ordinal);
        Assert.Contains("hair", info.Output, StringComparison.Ordinal);

        Run("generate", "--model", In("run"), "--count", "2", "--out", In("a")).AssertDone();
        Run("generate", "--model", In("run"), "--latents", Path.Combine(In("a"), "latents.npy"), "--out", In("b")).AssertDone();
        Assert.Equal(File.ReadAllBytes(Path.Combine(In("a"), "grid.png")), File.ReadAllBytes(Path.Combine(In("b"), "grid.png")));
        Run("mix", "--model", In("run"), "--from", "seed:1", "--into", "seed:3", "--parts", "hair", "--out", In("mix")).AssertDone();
        Run("resample", "--model", In("run"), "--code", "seed:1", "--parts", "hair", "--count", "2", "--out", In("resample")).AssertDone();
        Run("components", "--model", In("run"), "--code", "seed:1", "--out", In("components")).AssertDone();
        Assert.True(File.Exists(Path.Combine(In("components"), "alone", "hair.png")));
        Assert.False(File.Exists(Path.Combine(In("components"), "depths.png")));

        Run("transform", "--model", In("run"), "--code", "seed:1", "--part", "hair", "--shift", "0.1,0", "--out", In("no")).AssertRefused("moving parts", "mask-style");
        Run("convert", "--from", In("run/model.safetensors"), "--to", In("no.pt")).AssertRefused("local generators", "mask-style");
        Run("adapt", "--model", In("run"), "--data", "synthetic", "--out", In("no")).AssertRefused("adapt", "mask-style");
        Run("train", "--mask-supervision", "--out", In("no")).AssertRefused("--mask-supervision", "mask-style");
        Assert.False(File.Exists(In("no.pt")) || Directory.Exists(In("no")));
    }

    [Fact]
    public void Parts_found_without_masks_are_measured_as_such()
    {
        Train("run", "8").AssertDone();
        Run("evaluate", "--model", In("run"), "--data", "synthetic:40@9", "--metrics", "swd,agreement,mask-diversity,rates,locality", "--count", "12", "--edits", "2", "--no-cache", "--out", In("out")).AssertDone();
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(In("out"), "report.json")))!;
        string[] measures = [.. report["rows"]!.AsArray().Select(r => (string)r!["measure"]!)];
        Assert.Contains("mask agreement of parts matched to classes, mIoU over the classes read", measures);
        Assert.Contains("mask diversity, share of pixels that differ between two masks", measures);
        Assert.DoesNotContain("masks with the class", measures);
        Assert.Contains("needs data with masks", report["leftOut"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private Result Train(string run, string images, params string[] more) =>
        Run(["train", "--data", "synthetic:24", "--config", In("small.json"), "--architecture", "mask-style", "--images", images, "--out", In(run), .. more]);

    private string In(string name) => Path.Combine(folder, name);
}

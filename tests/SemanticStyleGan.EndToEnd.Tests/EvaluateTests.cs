using System.Text.Json.Nodes;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Perception;
using TorchSharp;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-evaluate-").FullName;
    private readonly string model;

    public EvaluateTests()
    {
        model = Path.Combine(folder, "model.safetensors");
        GeneratorConfig config = new() { ImageSize = 16, StyleSize = 8, MappingLayers = 2, LocalLayers = 3, BaseLayers = 1, DepthLayers = 2, LocalChannels = 4, CoarseChannels = 4, CoarseSize = 8, MinFeatureSize = 4, ChannelMultiplier = 0.01 };
        using SemanticModel tiny = new(new SemanticGenerator(config, new Initializer(1, torch.CPU)), SemanticLayout.Faces);
        tiny.Save(model);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_is_measured_and_the_report_says_what_was_and_what_was_not()
    {
        string features = TorchScriptArchive.Write(Path.Combine(folder, "features.pt"), "return torch.mean(torch.to(x, 6), [2, 3])"), output = Path.Combine(folder, "out");
        Result result = Run("evaluate", "--model", model, "--data", "synthetic:40@9", "--features", features, "--metrics", "swd,rates,frechet,locality,inception-score", "--count", "12", "--edits", "2", "--no-cache", "--out", output);
        result.AssertDone();
        Assert.Contains("target ≤ 2.5", result.Output, StringComparison.Ordinal);
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "report.json")))!;
        string[] measures = [.. report["rows"]!.AsArray().Select(r => (string)r!["measure"]!)];
        Assert.Contains("FID (features.pt, StyleGAN convention)", measures);
        Assert.Contains("edit locality", measures);
        Assert.Equal(12, (int)report["generated"]!);
        foreach (string file in new[] { "report.md", "generated.png", "real.png", "edits.png", "locality.png", "settings.json" }) Assert.True(File.Exists(Path.Combine(output, file)), file);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_in_one_line_and_leaves_nothing()
    {
        string output = Path.Combine(folder, "none");
        Run("evaluate", "--model", model, "--metrics", "fid", "--out", output).AssertRefused("--metrics", "fid", "frechet");
        Run("evaluate", "--model", model, "--features", Path.Combine(folder, "no.pt"), "--count", "12", "--out", output).AssertRefused("no.pt");
        Run("evaluate", "--model", model, "--parser", "nothing", "--count", "12", "--out", output).AssertRefused("nothing");
        Run("evaluate", "--model", model, "--metrics", "identity", "--count", "12", "--no-cache", "--out", output).AssertRefused("--identity");
        Assert.False(Directory.Exists(output));
    }
}

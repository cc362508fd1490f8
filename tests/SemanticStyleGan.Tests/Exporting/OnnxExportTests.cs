using Microsoft.ML.OnnxRuntime;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Exporting;

/// <summary>Exported graphs, run by ONNX Runtime, against the network that they were made of.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private static readonly string[] Outputs = ["image", "mask", "coarse_mask", "depths"];
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory, InlineData(1), InlineData(3)]
    public void The_bundled_model_gives_the_same_pictures(int count)
    {
        using SemanticModel model = ModelSource.Open(null, CPU);
        OnnxExport.Write(model, folder.Path);
        Tensor codes = model.Generator.Latents.Broadcast(new Synthesizer(model).Codes(5, count, 0.7)).contiguous();
        AssertSame(model, codes, null, 1e-4, ("codes", codes));
    }

    [Fact]
    public void A_network_of_256_pixels_gives_the_same_pictures()
    {
        // The official sizes, with fewer channels so that the test takes a second.
        GeneratorConfig config = new() { ImageSize = 256, LocalChannels = 16, CoarseChannels = 64, ChannelMultiplier = 0.125, StyleSize = 64, MappingLayers = 2 };
        using SemanticModel model = new(new SemanticGenerator(config, new Initializer(1, CPU)), SemanticLayout.Faces, zeros(64));
        OnnxExport.Write(model, folder.Path);
        Tensor codes = randn([1, config.LatentSlots, 64], generator: new Generator(3));
        AssertSame(model, codes, null, 1e-4, ("codes", codes));
    }

    [Fact]
    public void Coordinates_composition_and_noise_can_be_given()
    {
        using TinyModel tiny = new();
        OnnxExport.Write(tiny.Model, folder.Path);
        Tensor codes = cat([tiny.RandomCode(1), tiny.RandomCode(2)]);
        using Generator random = new(7);
        Tensor coordinates = randn([2, 4, 2, 16, 16], generator: random) * 0.3, on = tensor(new float[] { 1, 1, 0, 1, 1, 0, 1, 1 }).view(2, 4);
        foreach ((string name, Tensor value) in Weights.Of(tiny.Model.Generator))
            if (name.EndsWith("noise_strength", StringComparison.Ordinal))
                using (no_grad()) value.fill_(0.5);
        OnnxExport.Write(tiny.Model, folder.Path);
        IReadOnlyList<Tensor> noise = tiny.Model.Generator.RandomNoise(2, random);
        (string, Tensor)[] given = [("codes", codes), ("coordinates", coordinates), ("composition_mask", on), .. noise.Select((map, i) => ($"noise_{i}", map))];
        AssertSame(tiny.Model, codes, new SynthesisInput { Coordinates = coordinates, CompositionMask = on, Noise = noise }, 1e-4, given);
        // One set of coordinates for both samples.
        AssertSame(tiny.Model, codes, new SynthesisInput { Coordinates = coordinates[..1] }, 1e-4, ("codes", codes), ("coordinates", coordinates[..1]));
    }

    [Theory, InlineData(16, 13), InlineData(32, 21)]
    public void The_mask_style_architecture_gives_the_same_pictures(int coarseSize, int opset)
    {
        GeneratorConfig config = MaskStyleModel.Config with { CoarseSize = coarseSize };
        using SemanticModel model = new(new MaskStyleGenerator(config, new Initializer(4, CPU)), TinyModel.Layout);
        foreach ((string name, Tensor value) in Weights.Of(model.Generator))
            if (name.EndsWith("noise_strength", StringComparison.Ordinal))
                using (no_grad()) value.fill_(0.3);
        OnnxExport.Write(model, folder.Path, opset: opset);
        Tensor codes = cat([MaskStyleModel.RandomCode(1), MaskStyleModel.RandomCode(2)]), on = tensor(new float[] { 1, 1, 0, 1, 1, 0, 1, 1 }).view(2, 4);
        AssertSame(model, codes, null, 1e-4, ("codes", codes));
        using Generator random = new(7);
        IReadOnlyList<Tensor> noise = model.Generator.RandomNoise(2, random);
        (string, Tensor)[] given = [("codes", codes), ("composition_mask", on), .. noise.Select((map, i) => ($"noise_{i}", map))];
        AssertSame(model, codes, new SynthesisInput { CompositionMask = on, Noise = noise }, 1e-4, given);
        Tensor z = MaskStyleModel.RandomW(9, 2);
        AssertClose(LatentCode.Truncate(z, model.MeanLatent, 0.4), Run("mapping.onnx", ["w"], ("z", z), ("truncation", tensor(new[] { 0.4f })))[0], 1e-5);
    }

    [Theory, InlineData(13), InlineData(17), InlineData(21), InlineData(23)]
    public void Every_operator_set_can_be_run(int opset)
    {
        using TinyModel tiny = new();
        OnnxExport.Write(tiny.Model, folder.Path, opset: opset);
        Tensor code = tiny.RandomCode(1);
        AssertSame(tiny.Model, code, null, 1e-4, ("codes", code));
    }

    [Fact]
    public void Codes_of_seeds_are_the_same_with_truncation_and_without()
    {
        using TinyModel tiny = new();
        OnnxExport.Write(tiny.Model, folder.Path);
        Tensor z = randn([2, 16], generator: new Generator(9));
        Tensor w = tiny.Model.Generator.Map(z);
        AssertClose(w, Run("mapping.onnx", ["w"], ("z", z))[0], 1e-5);
        AssertClose(LatentCode.Truncate(w, tiny.Model.MeanLatent, 0.4), Run("mapping.onnx", ["w"], ("z", z), ("truncation", tensor(new[] { 0.4f })))[0], 1e-5);
        AssertClose(tiny.Model.MeanLatent, Run("mapping.onnx", ["mean"], ("z", z))[0], 0);
    }

    [Fact]
    public void Half_precision_weights_take_half_the_space_and_change_little()
    {
        using SemanticModel model = ModelSource.Open(null, CPU);
        long full = OnnxExport.Write(model, folder.Path).Sum(f => new FileInfo(f).Length);
        long half = OnnxExport.Write(model, folder.Path, half: true).Sum(f => new FileInfo(f).Length);
        Assert.InRange(half, 0, 0.56 * full);
        Tensor codes = model.Generator.Latents.Broadcast(new Synthesizer(model).Codes(5, 1, 0.7)).contiguous();
        using IDisposable _ = no_grad();
        Tensor difference = model.Generator.Synthesize(codes).Image - Run("synthesis.onnx", ["image"], ("codes", codes))[0];
        Assert.InRange(difference.abs().mean().ToDouble(), 1e-9, 4e-3);
    }

    [Fact]
    public void An_unknown_operator_set_is_refused()
    {
        using TinyModel tiny = new();
        Assert.Contains("13 to 23", Assert.Throws<InputException>(() => OnnxExport.Write(tiny.Model, folder.Path, opset: 12)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private void AssertSame(SemanticModel model, Tensor codes, SynthesisInput? input, double tolerance, params (string Name, Tensor Value)[] given)
    {
        using IDisposable _ = no_grad();
        GeneratorOutput expected = model.Generator.Synthesize(codes, input);
        Tensor[] actual = Run("synthesis.onnx", Outputs, given);
        foreach ((Tensor e, Tensor a) in new[] { expected.Image, expected.Mask, expected.CoarseMask, expected.Depths }.Zip(actual)) AssertClose(e, a, tolerance);
    }

    // Relative where values are large: depths reach hundreds.
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.std().ToDouble() > 1e-3);
        double largest = Math.Max(1, expected.abs().max().ToDouble());
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, tolerance * largest);
    }

    private Tensor[] Run(string file, string[] outputs, params (string Name, Tensor Value)[] given)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(Path.Combine(folder.Path, file), options);
        using RunOptions run = new();
        OrtValue[] values = [.. given.Select(g => OrtValue.CreateTensorValueFromMemory(g.Value.contiguous().data<float>().ToArray(), g.Value.shape))];
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [.. given.Select(g => g.Name)], values, outputs);
        Tensor[] tensors = [.. results.Select(r => tensor(r.GetTensorDataAsSpan<float>().ToArray()).view(r.GetTensorTypeAndShape().Shape))];
        foreach (OrtValue value in values) value.Dispose();
        return tensors;
    }
}

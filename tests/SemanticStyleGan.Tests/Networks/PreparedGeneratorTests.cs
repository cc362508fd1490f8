using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>The prepared generator, with its own kernels, gives what the authors' program gives.</summary>
public sealed class PreparedGeneratorTests
{
    [Theory, InlineData("small"), InlineData("detached")]
    public void Its_synthesis_equals_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        using PreparedGenerator prepared = new(p.Generator);
        GeneratorOutput output = prepared.Synthesize(p["in.w_plus"]);
        p.AssertClose("out.image", output.Image);
        p.AssertClose("out.seg", output.Mask);
        p.AssertClose("out.seg_coarse", output.CoarseMask);
        p.AssertClose("out.depths", output.Depths);
        p.AssertClose("out.image_given_noise", prepared.Synthesize(p["in.w_plus"], new SynthesisInput { Noise = p.GivenNoise }).Image);
        p.AssertClose("out.image_composition_mask", prepared.Synthesize(p["in.w_plus"], new SynthesisInput { CompositionMask = p["in.composition_mask"] }).Image);
    }

    [Theory]
    [InlineData(64, 16, 8, 3)]
    [InlineData(32, 16, 4, 5)]
    [InlineData(128, 32, 16, 1)]
    public void With_sizes_that_the_kernels_take_it_equals_the_reference_sequence(int imageSize, int coarseSize, int minimum, int images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        GeneratorConfig config = new()
        {
            ImageSize = imageSize,
            StyleSize = 32,
            MappingLayers = 1,
            Parts = 5,
            LocalLayers = 4,
            DepthLayers = 3,
            LocalChannels = 16,
            CoarseChannels = 48,
            CoarseSize = coarseSize,
            MinFeatureSize = minimum,
            ChannelMultiplier = 0.25,
            MaxChannels = 96,
            TransparentParts = [2],
        };
        using SemanticGenerator generator = new(config, new Initializer(3, CPU));
        foreach ((string name, Tensor weight) in Weights.Of(generator))
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("noise_strength", StringComparison.Ordinal)) weight.normal_(0, 0.5, new Generator(4));
        using PreparedGenerator prepared = new(generator);
        Tensor code = randn([images, config.LatentSlots, config.StyleSize], generator: new Generator(5));

        ReferenceGenerator reference = new(config, Weights.Of(generator));
        GeneratorOutput expected = reference.Synthesize(code), actual = prepared.Synthesize(code);
        Assert.InRange((expected.Image - actual.Image).abs().max().item<float>(), 0, 1e-4f);
        Assert.InRange((expected.Mask - actual.Mask).abs().max().item<float>(), 0, 1e-4f);
        Assert.InRange(expected.Image.std().item<float>(), 0.1f, 100f);
        SynthesisInput noise = new() { Noise = generator.RandomNoise(images, new Generator(6)) };
        Assert.InRange((reference.Synthesize(code, noise).Image - prepared.Synthesize(code, noise).Image).abs().max().item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void Pictures_that_threads_share_are_those_of_one_thread()
    {
        using ParityNetworks p = new("small");
        using IDisposable _ = no_grad();
        using PreparedGenerator prepared = new(p.Generator);
        (int parts, int size) = (p.Generator.Config.Parts, p.Generator.Config.CoarseSize);
        Tensor code = randn([5, p.Generator.Config.StyleSize], generator: new Generator(5));
        SynthesisInput input = new()
        {
            Noise = p.Generator.RandomNoise(5, new Generator(6)),
            CompositionMask = (rand([5, parts], generator: new Generator(7)) > 0.3).to(ScalarType.Float32),
            Coordinates = randn([1, parts, 2, size, size], generator: new Generator(8)),
        };
        GeneratorOutput With(int threads)
        {
            int before = get_num_threads();
            set_num_threads(threads);
            try { return prepared.Synthesize(code, input); }
            finally { set_num_threads(before); }
        }
        (GeneratorOutput one, GeneratorOutput two) = (With(1), With(2));
        Assert.InRange((one.Image - two.Image).abs().max().item<float>(), 0, 1e-5f * one.Image.abs().max().item<float>());
        Assert.InRange((one.Mask - two.Mask).abs().max().item<float>(), 0, 1e-5f * one.Mask.abs().max().item<float>());
        Assert.InRange((one.Depths - two.Depths).abs().max().item<float>(), 0, 1e-5f * one.Depths.abs().max().item<float>());
        Assert.True((one.Image[0] - one.Image[3]).abs().max().item<float>() > 0.01);
        Assert.Contains("expected", Assert.Throws<InputException>(() => prepared.Synthesize(zeros(4, 3, 7))).Message);
    }

    [Fact]
    public void Changed_weights_are_noticed()
    {
        using ParityNetworks p = new("small");
        using IDisposable _ = no_grad();
        using PreparedGenerator prepared = new(p.Generator);
        prepared.Synthesize(p["in.w_plus"]);
        foreach ((string name, Tensor weight) in Weights.Of(p.Generator))
            if (name.StartsWith("render.convolutions.", StringComparison.Ordinal)) weight.add_(0.1);
        Assert.InRange((p.Generator.Synthesize(p["in.w_plus"]).Image - prepared.Synthesize(p["in.w_plus"]).Image).abs().max().item<float>(), 0, 1e-4f);
        Assert.True((p["out.image"] - prepared.Synthesize(p["in.w_plus"]).Image).abs().max().item<float>() > 0.01);
    }
}

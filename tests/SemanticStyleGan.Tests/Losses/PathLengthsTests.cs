using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

/// <summary>Path lengths by a pass through held activations against their definition, differentiated twice, in double precision.</summary>
public sealed class PathLengthsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly GeneratorConfig config = new() { ImageSize = 16, StyleSize = 12, MappingLayers = 1, Parts = 3, LocalLayers = 4, BaseLayers = 1, DepthLayers = 2, LocalChannels = 8, CoarseChannels = 16, CoarseSize = 8, MinFeatureSize = 4, MaxChannels = 8, TransparentParts = [2] };
    private readonly SemanticGenerator generator;

    public PathLengthsTests()
    {
        generator = new SemanticGenerator(config, new Initializer(1, CPU));
        generator.to(ScalarType.Float64);
        Generator random = new(5);
        // Fresh biases and noise strengths are zero.
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in generator.named_parameters())
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("noise_strength", StringComparison.Ordinal))
                using (no_grad()) parameter.copy_(parameter + randn(parameter.shape, ScalarType.Float64, generator: random) * 0.3);
    }

    public void Dispose()
    {
        generator.Dispose();
        scope.Dispose();
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Values_and_gradients_are_those_of_the_definition(int samples)
    {
        Generator random = new(7);
        Tensor w = randn([samples, config.StyleSize], ScalarType.Float64, generator: random), noise = randn([samples, 3, 16, 16], ScalarType.Float64, generator: random);
        Tensor[] maps = [.. generator.NoiseSizes.Select(size => randn([samples, 1, size, size], ScalarType.Float64, generator: random))];
        Tensor Codes() => generator.Latents.Expand(w).detach().requires_grad_();
        static Tensor Loss(Tensor lengths) => (lengths - 0.3).pow(2).mean() * 7;

        Tensor codes = Codes(), image = generator.Synthesize(codes, new SynthesisInput { Noise = maps }).Image;
        Tensor gradient = autograd.grad([(image * noise / 16).sum()], [codes], retain_graph: true, create_graph: true)[0];
        Tensor expected = gradient.pow(2).sum(2).mean([1]).sqrt(), wantedLoss = Loss(expected);
        wantedLoss.backward();
        Dictionary<string, Tensor> wanted = TakeGradients();

        PathLengths lengths = PathLengths.Compute(generator, Codes(), maps, noise);
        double value = 0;
        foreach (Tensor loss in lengths.Losses(Loss(lengths.Values)))
        {
            value += loss.item<double>();
            loss.backward();
        }
        Assert.All(Enumerable.Range(0, samples), i => Assert.Equal(expected[i].item<double>(), lengths.Values[i].item<double>(), 1e-10));
        Assert.Equal(wantedLoss.item<double>(), value, 1e-10);
        Dictionary<string, Tensor> found = TakeGradients();
        Assert.All(wanted, g => Assert.True((g.Value - found[g.Key]).abs().max().item<double>() <= 1e-10 * (1 + g.Value.abs().max().item<double>()), g.Key));
        Assert.True(wanted.Where(g => g.Key.StartsWith("render", StringComparison.Ordinal)).Max(g => g.Value.abs().max().item<double>()) > 1e-3);
        Assert.True(wanted.Where(g => g.Key.StartsWith("local", StringComparison.Ordinal)).Max(g => g.Value.abs().max().item<double>()) > 1e-3);
    }

    [Fact]
    public void Lengths_without_gradients_are_the_same_and_a_loss_that_is_given_up_halfway_leaves_the_next_one_right()
    {
        Tensor w = randn([2, config.StyleSize], ScalarType.Float64, generator: new Generator(8)), noise = randn([2, 3, 16, 16], ScalarType.Float64, generator: new Generator(9));
        PathLengths Lengths(bool forGradients = true) => PathLengths.Compute(generator, generator.Latents.Expand(w).detach().requires_grad_(), null, noise, forGradients);
        double[] Norms()
        {
            PathLengths lengths = Lengths();
            foreach (Tensor loss in lengths.Losses(lengths.Values.sum())) loss.backward();
            return [.. TakeGradients().Values.Select(g => g.norm().item<double>())];
        }
        double[] before = Norms();
        PathLengths first = Lengths();
        _ = first.Losses(first.Values.sum()).First();
        Assert.Equal(before, Norms());
        Assert.Equal(first.Values.sum().item<double>(), Lengths(forGradients: false).Values.sum().item<double>(), 1e-12);
    }

    private Dictionary<string, Tensor> TakeGradients()
    {
        Dictionary<string, Tensor> gradients = generator.named_parameters().ToDictionary(p => p.name, p => (p.parameter.grad ?? zeros_like(p.parameter)).clone());
        foreach (TorchSharp.Modules.Parameter parameter in generator.parameters()) parameter.grad = null;
        return gradients;
    }
}

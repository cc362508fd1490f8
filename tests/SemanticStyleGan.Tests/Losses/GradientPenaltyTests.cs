using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

/// <summary>R1 by passes through held activations against its definition, differentiated twice, in double precision.</summary>
public sealed class GradientPenaltyTests : IDisposable
{
    private const double ImageWeight = 3, MaskWeight = 50;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly DualBranchDiscriminator discriminator = new(new DiscriminatorConfig { ImageSize = 16, Parts = 3, MaxChannels = 8 }, new Initializer(1, CPU));

    public GradientPenaltyTests() => discriminator.to(ScalarType.Float64);

    public void Dispose()
    {
        discriminator.Dispose();
        scope.Dispose();
    }

    [Theory, InlineData(1, true), InlineData(1, false), InlineData(3, true), InlineData(8, true), InlineData(8, false)]
    public void Values_and_gradients_are_those_of_the_definition(int samples, bool withMasks)
    {
        Generator random = new(5);
        foreach (Tensor bias in discriminator.named_parameters().Where(p => p.name.EndsWith("bias", StringComparison.Ordinal)).Select(p => p.parameter))
            using (no_grad()) bias.copy_(randn(bias.shape, ScalarType.Float64, generator: random));
        Tensor images = randn([samples, 3, 16, 16], ScalarType.Float64, generator: random);
        Tensor? masks = withMasks ? randn([samples, 3, 16, 16], ScalarType.Float64, generator: random) : null;

        Tensor x = images.detach().requires_grad_();
        Tensor? m = masks?.detach().requires_grad_();
        IList<Tensor> gradients = autograd.grad([discriminator.Forward(x, m).sum()], m is null ? [x] : [x, m], retain_graph: true, create_graph: true);
        Tensor[] squared = [.. gradients.Select(g => g.pow(2).sum([1, 2, 3]).mean())];
        Tensor expected = squared[0] * (ImageWeight / 2);
        if (withMasks) expected += squared[1] * (MaskWeight / 2);
        expected.backward();
        Dictionary<string, Tensor> wanted = TakeGradients();

        GradientPenalty penalty = GradientPenalty.Compute(discriminator, images, masks, ImageWeight, MaskWeight);
        double value = 0;
        foreach (Tensor loss in penalty.Losses)
        {
            value += loss.item<double>();
            loss.backward();
        }
        Assert.Equal(squared[0].item<double>(), penalty.Image, 1e-9 * penalty.Image);
        Assert.Equal(withMasks ? squared[1].item<double>() : null, penalty.Mask);
        Assert.Equal(expected.item<double>(), value, 1e-9 * value);
        Dictionary<string, Tensor> found = TakeGradients();
        Assert.Equal(wanted.Keys, found.Keys);
        Assert.All(wanted, w => Assert.True((w.Value - found[w.Key]).abs().max().item<double>() <= 1e-10 * (1 + w.Value.abs().max().item<double>()), w.Key));
        Assert.True(wanted.Values.Max(g => g.abs().max().item<double>()) > 1e-3);
    }

    [Fact]
    public void A_pass_that_is_given_up_halfway_leaves_the_next_one_right()
    {
        Tensor images = randn([4, 3, 16, 16], ScalarType.Float64, generator: new Generator(6));
        double[] Norms()
        {
            foreach (Tensor loss in GradientPenalty.Compute(discriminator, images, null, 1, 0).Losses) loss.backward();
            return [.. TakeGradients().Values.Select(g => g.norm().item<double>())];
        }
        double[] before = Norms();
        _ = GradientPenalty.Compute(discriminator, images, null, 1, 0).Losses.First();
        Assert.Equal(before, Norms());
    }

    // Of what has one: biases have none without the minibatch's deviation.
    private Dictionary<string, Tensor> TakeGradients()
    {
        Dictionary<string, Tensor> gradients = discriminator.named_parameters().ToDictionary(p => p.name, p => (p.parameter.grad ?? zeros_like(p.parameter)).clone());
        foreach (Tensor parameter in discriminator.parameters()) parameter.grad = null;
        return gradients;
    }
}

using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>Parts far behind are switched off exactly: no share, no gradient, and none of the tiny numbers that processors are slow with.</summary>
public sealed class FusionTests
{
    [Fact]
    public void A_part_far_behind_has_no_share_and_the_others_have_that_of_the_softmax()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = Depths(spread: 60);
        (Tensor m, Tensor plain) = (Fusion.Visibility(depths, null), depths.softmax(1));
        Assert.True((m - plain).abs().max().item<float>() < 1e-7);
        Assert.True((m == 0).sum().item<long>() > 100 && (plain == 0).sum().item<long>() == 0);
        Assert.Equal(0, ((m > 0) & (m < 1e-21)).sum().item<long>());
    }

    [Fact]
    public void Gradients_of_either_order_have_no_subnormal_numbers()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = Depths(spread: 200).requires_grad_();
        Tensor shares = randn([1, 13, 64], generator: new Generator(2)) * 1e-3;
        Tensor gradient = autograd.grad([(Fusion.Visibility(depths, null) * shares).sum()], [depths], retain_graph: true, create_graph: true)[0];
        gradient.square().sum().backward();
        foreach (Tensor values in (Tensor[])[gradient.detach(), depths.grad!])
        {
            Assert.True(values.isfinite().all().item<bool>());
            Assert.True((values != 0).sum().item<long>() > 50);
        }
        Assert.Equal(0, ((gradient != 0) & (gradient.abs() < 1.2e-38)).sum().item<long>());
        Assert.True((depths.softmax(1) * shares).abs().to(ScalarType.Float32) is { } plain && ((plain != 0) & (plain < 1.2e-38)).sum().item<long>() > 0); // which the plain softmax has
    }

    private static Tensor Depths(double spread) => rand([1, 13, 64], generator: new Generator(1)) * -spread;
}

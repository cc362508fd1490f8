using SemanticStyleGan.Losses;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class BalancedMaskLossTests
{
    // 8×8 pixels: class 0 all but the last column, class 1 the last column; class 2 nowhere. The coarse map is 4×4.
    private static Tensor Drawn()
    {
        Tensor labels = zeros([1, 8, 8], ScalarType.Int64);
        labels.slice(2, 7, 8, 1).fill_(Scalars.Constant(1));
        return nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).to(ScalarType.Float32) * Scalars.Constant(2) - Scalars.Constant(1);
    }

    [Fact]
    public void Each_class_that_is_drawn_counts_alike_whatever_its_area()
    {
        using DisposeScope scope = NewDisposeScope();
        // Shares of 0.7, 0.2 and 0.1 everywhere; class 1 covers half of four cells, two cells in all, which counts as two quarters.
        Tensor depths = tensor([0.7f, 0.2f, 0.1f]).log().view(1, 3, 1, 1).expand(1, 3, 4, 4);
        double expected = (-Math.Log(0.7) - Math.Log(0.2) * 2 / 4) / 2;
        Assert.Equal(expected, BalancedMaskLoss.Compute(depths, Drawn()).item<float>(), 1e-5);
    }

    [Fact]
    public void The_gradient_brings_a_hidden_part_forward_where_it_is_drawn_and_leaves_the_final_mask()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = tensor([0f, -100f, -100f]).view(1, 3, 1, 1).expand(1, 3, 4, 4).clone().requires_grad_();
        Tensor mask = Drawn().requires_grad_();
        BalancedMaskLoss.Compute(depths, mask).backward();
        Assert.Null(mask.grad);
        Tensor gradient = depths.grad!;
        Assert.Equal(-0.25, gradient[0, 1].sum().item<float>(), 1e-5); // −½ of the mean over two classes, on half a cell's share of 4
        Assert.Equal(0, gradient[0, 1].slice(1, 0, 3, 1).abs().sum().item<float>(), 1e-6);
        Assert.Equal(0, gradient[0, 2].abs().sum().item<float>(), 1e-6);
    }
}

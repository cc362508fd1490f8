using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class ReconstructionLossTests
{
    [Fact]
    public void The_divergence_is_that_of_normal_distributions()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = tensor(new[,] { { 1f, 0f }, { 0f, 2f } }), variance = tensor(new[,] { { 1f, 1f }, { 4f, 1f } });
        // ½ Σ (mean² + variance − ln variance − 1): 0.5 for the first sample, (4 − ln 4 − 1 + 4) / 2 for the second.
        Assert.Equal((0.5 + (7 - Math.Log(4)) / 2) / 2, ReconstructionLoss.Divergence(mean, variance.log()).item<float>(), 1e-5);
        Assert.Equal(0, ReconstructionLoss.Divergence(zeros(3, 4), zeros(3, 4)).item<float>());
    }

    [Fact]
    public void A_picture_with_its_own_mask_and_certain_parts_is_no_distance_away()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor image, Tensor mask, Tensor certain) = Sample();
        Assert.InRange(ReconstructionLoss.Compute(new GeneratorOutput(image, mask, certain, certain), image, mask, parser: null).item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Gradients_go_to_the_picture_the_final_mask_and_a_part_that_is_hidden_where_it_belongs()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor image, Tensor mask, Tensor certain) = Sample();
        Tensor other = zeros_like(image).requires_grad_(), drawn = full_like(mask, Scalars.Constant(-1)).requires_grad_();
        Tensor depths = zeros_like(certain);
        depths.select(1, 1).fill_(Scalars.Constant(-100));
        depths.requires_grad_();
        ReconstructionLoss.Compute(new GeneratorOutput(other, drawn, certain, depths), image, mask, parser: null).backward();
        Assert.True(other.grad!.abs().sum().item<float>() > 0);
        Tensor upwards = -depths.grad!.select(1, 1);                // [N, S, S]: where part 1 is brought forward
        Assert.True(upwards.select(2, 3).min().item<float>() > 0);
        Assert.InRange(upwards.slice(2, 0, 3, 1).abs().max().item<float>(), 0, 1e-6);
        // Four columns of background and one of part 1 weigh the same: a pixel of the part counts for more.
        Tensor pull = -drawn.grad!;
        Assert.True(pull[0, 1, 0, 7].item<float>() > 1.5 * pull[0, 0, 0, 0].item<float>());
    }

    // 8×8 pixels: class 0, but for the last two columns of class 1; coarse 4×4 with the right part far in front.
    private static (Tensor Image, Tensor Mask, Tensor Certain) Sample()
    {
        Tensor labels = zeros([2, 8, 8], ScalarType.Int64);
        labels.slice(2, 6, 8, 1).fill_(Scalars.Constant(1));
        Tensor truth = nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).to(ScalarType.Float32);
        return (rand(2, 3, 8, 8) + Scalars.Constant(0.1), truth * Scalars.Constant(2) - Scalars.Constant(1), nn.functional.avg_pool2d(truth, 2) * Scalars.Constant(100));
    }
}

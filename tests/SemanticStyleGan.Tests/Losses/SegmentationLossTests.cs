using SemanticStyleGan.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class SegmentationLossTests
{
    [Fact]
    public void Of_undecided_logits_it_is_log_K_and_the_Dice_of_equal_shares()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor(new long[] { 0, 0, 0, 1 }, [1, 2, 2]);
        double loss = SegmentationLoss.Compute(zeros(1, 4, 2, 2), labels).item<float>();
        // Each class has a share of 1/4 in every pixel; classes 2 and 3 are not in the batch.
        double dice = ((2 * 0.75 + 1) / (1 + 3 + 1) + (2 * 0.25 + 1) / (1 + 1 + 1)) / 2;
        Assert.Equal(Math.Log(4) + 1 - dice, loss, 1e-6);
    }

    [Fact]
    public void It_falls_to_zero_where_every_pixel_is_right()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor(new long[] { 0, 1, 2, 1 }, [1, 2, 2]);
        Tensor logits = zeros(1, 4, 2, 2).scatter_(1, labels.unsqueeze(1), full([1, 1, 2, 2], 30f));
        Assert.InRange(SegmentationLoss.Compute(logits, labels).item<float>(), 0, 1e-5);
        Assert.True(SegmentationLoss.Compute(-logits, labels).item<float>() > 10);
    }
}

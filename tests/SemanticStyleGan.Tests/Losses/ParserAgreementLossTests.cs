using SemanticStyleGan.Losses;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class ParserAgreementLossTests
{
    // 8×8 pixels of three classes: 0 everywhere but in the last column, which is class 1; 2 nowhere.
    private static Tensor Mask(int column = 7)
    {
        Tensor labels = zeros([1, 8, 8], ScalarType.Int64);
        labels.slice(2, column, column + 1, 1).fill_(Scalars.Constant(1));
        return nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).to(ScalarType.Float32) * Scalars.Constant(2) - Scalars.Constant(1);
    }

    [Fact]
    public void It_is_one_less_dice_each_class_counting_alike_and_absent_ones_not()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(0, ParserAgreementLoss.Compute(Mask() * Scalars.Constant(30), Mask()).item<float>(), 1e-5);
        // Read one column beside: nothing of class 1 agrees, and of class 0 all but a column each, 48 of 56 pixels.
        Assert.Equal((1 + 1 - 48.0 / 56) / 2, ParserAgreementLoss.Compute(Mask(6) * Scalars.Constant(30), Mask()).item<float>(), 1e-5);
    }

    [Fact]
    public void The_mask_goes_where_the_class_is_read_and_leaves_where_it_is_not()
    {
        using DisposeScope scope = NewDisposeScope();
        // Class 1 is read with 0.7 in column 0 and with 0.02 elsewhere; the mask has half of it everywhere.
        Tensor read = full([1, 1, 8, 8], 0.02f);
        read.slice(3, 0, 1, 1).fill_(Scalars.Constant(0.7f));
        Tensor logits = cat([Scalars.Constant(1) - read, read], 1).log(), mask = zeros(1, 2, 8, 8).requires_grad_();
        ParserAgreementLoss.Compute(logits, mask).backward();
        Assert.True(mask.grad![0, 1, 4, 0].item<float>() < -1e-4);
        Assert.True(mask.grad![0, 1, 4, 2].item<float>() > 1e-4);
    }

    [Fact]
    public void The_picture_moves_too()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = zeros(1, 3, 8, 8).requires_grad_();
        ParserAgreementLoss.Compute(logits, Mask()).backward();
        Assert.True(logits.grad![0, 1, 0, 7].item<float>() < -1e-4);
        Assert.True(logits.grad![0, 1, 0, 3].item<float>() > 1e-6);
    }
}

using SemanticStyleGan.Losses;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class MaskReadingLossTests
{
    private const long Classes = 3;

    [Fact]
    public void It_is_0_where_the_mask_says_what_is_read_and_grows_with_every_pixel_that_does_not()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor read = Read(), mask = Mask(read.argmax(1));
        Assert.Equal(0, MaskReadingLoss.Compute(read, mask).item<float>(), 1e-4);
        double before = 0;
        for (int wrong = 1; wrong <= 4; wrong++)
        {
            Tensor labels = read.argmax(1);
            labels[0, 0].slice(0, 0, wrong, 1).fill_(Scalars.Constant(1)); // of class 0
            double loss = MaskReadingLoss.Compute(read, Mask(labels)).item<float>();
            Assert.True(loss > before + 0.01, $"{wrong} wrong: {loss}, with one less {before}");
            before = loss;
        }
    }

    [Fact]
    public void Masks_beyond_1_are_pulled_back_though_they_show_the_right_classes()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor read = Read(), mask = (Mask(read.argmax(1)) * Scalars.Constant(3)).detach().requires_grad_();
        MaskReadingLoss.Compute(read, mask).backward();
        Assert.True((mask.grad! * mask.sign()).min().item<float>() > 0);
    }

    // Every class in a row of its own, sure of itself.
    private static Tensor Read()
    {
        Tensor labels = arange(Classes).reshape(1, Classes, 1).expand(2, Classes, 8);
        return nn.functional.one_hot(labels, Classes).permute(0, 3, 1, 2).to(ScalarType.Float32) * Scalars.Constant(40);
    }

    private static Tensor Mask(Tensor labels) => nn.functional.one_hot(labels, Classes).permute(0, 3, 1, 2).to(ScalarType.Float32) * Scalars.Constant(2) - Scalars.Constant(1);
}

using SemanticStyleGan.Kernels;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>The Winograd convolution and its derivatives equal those of libtorch's own.</summary>
public sealed class ConvolutionFunctionTests
{
    [Theory]
    [InlineData(1, 64, 96, 32, 36)]
    [InlineData(5, 96, 64, 12, 20)]
    public void It_is_the_convolution_up_to_second_derivatives(int images, int input, int output, int height, int width)
    {
        Assert.SkipUnless(MatrixKernel.IsSupported, "no AVX2 here");
        AssertSame(ConvolutionFunction.Convolve, (x, w) => F.conv2d(x, w, padding: [1, 1]), [images, input, height, width], [output, input, 3, 3]);
    }

    [Theory]
    [InlineData(1, 64, 32, 32, 36)] // by Winograd's products
    [InlineData(3, 7, 5, 3, 6)]
    public void Doubling_is_the_transposed_convolution_with_stride_2_up_to_second_derivatives(int images, int input, int output, int height, int width) =>
        AssertSame(ConvolutionFunction.Double, (y, w) => F.conv_transpose2d(y, w, strides: [2, 2]), [images, input, height, width], [input, output, 3, 3]);

    [Fact]
    public void Gradients_of_inputs_only_leave_the_weights_out()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([1, 64, 32, 32], generator: new Generator(1)).requires_grad_(true), w = randn([64, 64, 3, 3], generator: new Generator(2)).requires_grad_(true);
        Assert.True(ConvolutionFunction.Fits(x, w) || !MatrixKernel.IsSupported);
        using (ConvolutionFunction.OnlyInputs())
        {
            Tensor gradient = autograd.grad([ConvolutionFunction.Convolve(x, w).sum()], [x], retain_graph: true, create_graph: true)[0];
            Assert.True(gradient.requires_grad);
        }
        Assert.Null(w.grad);
        ConvolutionFunction.Convolve(x, w).sum().backward();
        Assert.NotNull(w.grad);
    }

    [Theory, InlineData(16, 64, 32), InlineData(64, 64, 30), InlineData(64, 64, 16)]
    public void Other_sizes_are_libtorchs(int input, int output, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([1, input, size, size], generator: new Generator(1)), w = randn([output, input, 3, 3], generator: new Generator(2));
        Assert.False(ConvolutionFunction.Fits(x, w));
        Assert.True(ConvolutionFunction.Convolve(x, w).allclose(F.conv2d(x, w, padding: [1, 1]), 1e-4, 1e-3));
    }

    // The value, the gradients of a cubic function of it, and the gradients of the gradients' norms.
    private static void AssertSame(Func<Tensor, Tensor, Tensor> actual, Func<Tensor, Tensor, Tensor> expected, long[] inputShape, long[] weightShape)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((Tensor a, Tensor e) in Derivatives(actual).Zip(Derivatives(expected)))
        {
            Assert.Equal(e.shape, a.shape);
            Assert.InRange(((a - e).abs().max() / e.abs().max()).item<float>(), 0, 2e-5f); // not by the same arithmetic
        }

        Tensor[] Derivatives(Func<Tensor, Tensor, Tensor> convolve)
        {
            Generator random = new(1);
            Tensor x = randn(inputShape, generator: random).requires_grad_(true);
            Tensor w = (randn(weightShape, generator: random) * 0.05f).requires_grad_(true);
            Tensor y = convolve(x, w);
            IList<Tensor> first = autograd.grad([y.pow(3).sum()], [x, w], retain_graph: true, create_graph: true);
            (first[0].pow(3).sum() * 1e-3 + first[1].square().sum() * 1e-6).backward();
            return [y.detach(), first[0].detach(), first[1].detach(), x.grad!, w.grad!];
        }
    }
}

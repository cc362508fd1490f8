using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>The blur and its derivatives equal those of libtorch's own depthwise convolution.</summary>
public sealed class BlurTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void It_is_the_depthwise_convolution_up_to_second_derivatives(int padding, int stride) =>
        AssertSame(x => Blur.Filter(x, padding, stride), x => F.conv2d(x, Kernel(1), strides: [stride, stride], padding: [padding, padding], groups: 3));

    [Fact]
    public void Upsampling_is_the_transposed_convolution_up_to_second_derivatives() =>
        AssertSame(Blur.Upsample, x => F.conv_transpose2d(x, Kernel(4), strides: [2, 2], padding: [1, 1], groups: 3));

    /// <summary>What takes the place of libtorch's convolution where oneDNN is not used, with odd sizes too.</summary>
    [Theory]
    [InlineData(2, 1, 1, false)]
    [InlineData(1, 1, 4, false)]
    [InlineData(1, 2, 1, false)]
    [InlineData(2, 1, 1, true)]
    [InlineData(1, 1, 4, true)]
    [InlineData(1, 2, 4, true)]
    public void Sums_of_shifted_maps_are_the_depthwise_convolution(int padding, int stride, double gain, bool transposed)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([2, 3, 9, 12], generator: new Generator(1));
        (long[] strides, long[] zeros) = ([stride, stride], [padding, padding]);
        Tensor expected = transposed
            ? F.conv_transpose2d(x, Kernel(gain), strides: strides, padding: zeros, groups: 3)
            : F.conv2d(x, Kernel(gain), strides: strides, padding: zeros, groups: 3);
        Tensor actual = new BlurShape(padding, stride, gain, transposed).ApplySeparably(x);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, 1e-4, 1e-6));
    }

    private static Tensor Kernel(double gain)
    {
        Tensor line = tensor([1f, 3f, 3f, 1f]);
        return (outer(line, line) * (gain / 64)).view(1, 1, 4, 4).expand(3, 1, 4, 4).contiguous();
    }

    private static void AssertSame(Func<Tensor, Tensor> actual, Func<Tensor, Tensor> expected)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor[] a, Tensor[] e) = (Derivatives(actual), Derivatives(expected));
        foreach ((Tensor x, Tensor y) in a.Zip(e))
        {
            Assert.True(y.abs().max().item<float>() > 0.01);
            Assert.True(x.allclose(y, 1e-4, 1e-5));
        }
    }

    // The value, the gradient of a cubic function of it, and the gradient of that gradient's norm.
    private static Tensor[] Derivatives(Func<Tensor, Tensor> blur)
    {
        Tensor x = randn([2, 3, 8, 12], generator: new Generator(1)).requires_grad_(true);
        Tensor y = blur(x);
        Tensor gradient = autograd.grad([y.pow(3).sum()], [x], retain_graph: true, create_graph: true)[0];
        Tensor second = autograd.grad([gradient.square().sum()], [x], retain_graph: false, create_graph: false)[0];
        return [y.detach(), gradient.detach(), second];
    }
}

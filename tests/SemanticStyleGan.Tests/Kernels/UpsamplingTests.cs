using SemanticStyleGan.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Kernels;

/// <summary>Both forms of a transposed convolution with stride 2 are that convolution.</summary>
public sealed class UpsamplingTests
{
    [Theory]
    [InlineData(1, 64, 96, 32, 36)]
    [InlineData(3, 16, 32, 4, 8)]
    [InlineData(2, 1024, 32, 16, 16)]
    public void It_equals_libtorchs(int images, int input, int output, int height, int width)
    {
        Assert.SkipUnless(MatrixKernel.IsSupported, "no AVX2 here");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor x = randn([images, input, height, width], generator: new Generator(1));
        Tensor kernel = randn([input, output, 3, 3], generator: new Generator(2)) / Math.Sqrt(input * 9);
        Tensor expected = F.conv_transpose2d(x.to(ScalarType.Float64), kernel.to(ScalarType.Float64), strides: [2, 2]);
        Tensor weight = kernel.transpose(0, 1);
        foreach (Tensor actual in (Tensor[])[RenderKernels.Upsample(x, WinogradWeights.OfUpsampling(weight), RenderKernels.OuterTaps(weight)), RenderKernels.Upsample(x, RenderKernels.Taps(weight))])
        {
            Assert.Equal(expected.shape, actual.shape);
            Assert.InRange((expected - actual).abs().max().item<double>(), 1e-9, 5e-5); // not by the same arithmetic
        }
        Assert.InRange(expected.std().item<double>(), 0.3, 3);
    }
}

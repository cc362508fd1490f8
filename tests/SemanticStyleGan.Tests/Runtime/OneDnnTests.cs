using SemanticStyleGan.Kernels;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Runtime;

public sealed class OneDnnTests
{
    [Fact]
    public void Convolutions_are_right_on_this_processor() => Assert.InRange(OneDnn.LargestError(), 0, 1e-4);

    [Fact]
    public void Without_it_convolutions_are_right_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is left on Linux only");
        bool used = TorchRuntime.UsesOneDnn;
        Assert.True(OneDnn.Use(false));
        try
        {
            Assert.False(TorchRuntime.UsesOneDnn);
            Assert.InRange(OneDnn.LargestError(), 0, 1e-4);
            Assert.Equal(MatrixKernel.IsSupported, KernelsTake32Channels());
        }
        finally
        {
            OneDnn.Use(used);
        }
    }

    [Fact]
    public void With_it_32_channels_are_too_few_for_own_kernels()
    {
        Assert.SkipUnless(TorchRuntime.UsesOneDnn, "it is wrong on this processor");
        Assert.False(KernelsTake32Channels());
    }

    private static bool KernelsTake32Channels()
    {
        using DisposeScope scope = NewDisposeScope();
        return ConvolutionFunction.Fits(zeros(1, 32, 32, 32), zeros(64, 32, 3, 3));
    }
}

using SemanticStyleGan.Runtime;

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
        }
        finally
        {
            OneDnn.Use(used);
        }
    }
}

using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Runtime;

public sealed class SeededNormalTests
{
    [Theory, InlineData(0, 128), InlineData(1, 512), InlineData(123456789, 1000), InlineData(-5, 17), InlineData(5_000_000_000, 16)]
    public void The_numbers_are_those_of_torch(long seed, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = randn([1, count], generator: new Generator((ulong)seed));
        float[] actual = SeededNormal.Draw(seed, count);
        Assert.InRange((tensor(actual) - expected[0]).abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void Too_few_numbers_are_refused() => Assert.Contains("at least 16", Assert.Throws<InputException>(() => SeededNormal.Draw(0, 15)).Message);
}

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class StartTests
{
    [Fact]
    public void Starts() => Assert.True(true);
}

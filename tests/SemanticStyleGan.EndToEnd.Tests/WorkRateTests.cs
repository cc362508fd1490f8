using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class WorkRateTests
{
    [Fact]
    public void Rate_and_time_left_follow_from_what_was_done_since_the_start()
    {
        WorkRate rate = new();
        for (int second = 0; second <= 10; second++) rate.Add(TimeSpan.FromSeconds(second), 500 + 20 * second); // resumed at 500
        Assert.Equal(20, rate.PerSecond!.Value, 6);
        Assert.Equal(TimeSpan.FromSeconds(15), rate.Left(1000));
        Assert.Equal("700/1,000 images, 20.0 images/s, 0:15 left, loss 1.5", ProgressDisplay.Summarize(new WorkProgress("", 700, 1000, Detail: "loss 1.5"), rate));
    }

    [Fact]
    public void A_slow_start_is_forgotten()
    {
        WorkRate rate = new();
        rate.Add(TimeSpan.Zero, 0);
        for (int second = 100; second <= 160; second++) rate.Add(TimeSpan.FromSeconds(second), second * 10L);
        Assert.Equal(10, rate.PerSecond!.Value, 3);
    }

    [Fact]
    public void Nothing_is_claimed_before_there_is_something_to_measure()
    {
        WorkRate rate = new();
        rate.Add(TimeSpan.Zero, 0);
        Assert.Null(rate.PerSecond);
        Assert.Null(rate.Left(10));
    }
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class SampleOrderTests
{
    [Property(MaxTest = 100)]
    public bool Every_epoch_is_a_permutation(PositiveInt count, int seed, byte epoch)
    {
        SampleOrder order = new(count.Get, seed);
        return Enumerable.Range(0, count.Get).Select(i => order.IndexAt((long)epoch * count.Get + i)).Order().SequenceEqual(Enumerable.Range(0, count.Get));
    }

    [Property(MaxTest = 100)]
    public bool A_run_that_resumes_anywhere_sees_what_an_uninterrupted_one_sees(PositiveInt count, int seed, NonNegativeInt start)
    {
        SampleOrder uninterrupted = new(count.Get, seed);
        int[] all = [.. Enumerable.Range(0, start.Get + 50).Select(i => uninterrupted.IndexAt(i))];
        SampleOrder resumed = new(count.Get, seed);
        return Enumerable.Range(start.Get, 50).Select(i => resumed.IndexAt(i)).SequenceEqual(all.Skip(start.Get));
    }

    [Fact]
    public void Epochs_and_seeds_differ()
    {
        SampleOrder order = new(100, 1), other = new(100, 2);
        int[] first = [.. Enumerable.Range(0, 100).Select(i => order.IndexAt(i))];
        Assert.NotEqual(first, Enumerable.Range(100, 100).Select(i => order.IndexAt(i)));
        Assert.NotEqual(first, Enumerable.Range(0, 100).Select(i => other.IndexAt(i)));
        Assert.NotEqual(first, Enumerable.Range(0, 100));
    }

    [Fact]
    public void Every_sample_comes_equally_often_at_every_place()
    {
        int[] first = new int[10];
        for (int epoch = 0; epoch < 5000; epoch++) first[new SampleOrder(10, 3).IndexAt(epoch * 10L)]++;
        Assert.All(first, n => Assert.InRange(n, 400, 600)); // 500 ± 4.7 standard deviations
    }

    [Fact]
    public void Half_of_the_positions_are_mirrored()
    {
        SampleOrder order = new(10, 5);
        Assert.InRange(Enumerable.Range(0, 10000).Count(i => order.IsMirroredAt(i)), 4800, 5200);
    }

    [Fact]
    public void The_order_is_the_same_on_every_machine_and_version() =>
        Assert.Equal([3, 5, 4, 2, 7, 0, 1, 6], Enumerable.Range(0, 8).Select(i => new SampleOrder(8, 42).IndexAt(i)));
}

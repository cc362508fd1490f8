using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Distributed;

public sealed class ThreadGroupTests
{
    [Theory, InlineData(1, 5), InlineData(2, 1), InlineData(3, 7), InlineData(4, 1000)]
    public void Every_rank_has_the_sum_and_what_rank_0_had(int ranks, int count)
    {
        float[][] sums = ThreadGroup.Run(ranks, group =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = arange(count, ScalarType.Float32) + group.Rank * 100;
            group.Sum(values);
            return values.data<float>().ToArray();
        });
        Assert.All(sums, s => Assert.Equal(Enumerable.Range(0, count).Select(i => (float)(ranks * i + 100 * Enumerable.Range(0, ranks).Sum())), s));
        Assert.All(ThreadGroup.Run(ranks, group =>
        {
            using Tensor values = full(count, group.Rank + 3f);
            group.Broadcast(values);
            return values.data<float>().ToArray();
        }), v => Assert.All(v, number => Assert.Equal(3f, number)));
    }

    [Fact]
    public void A_rank_that_fails_ends_all_with_its_own_exception() =>
        Assert.Contains("no picture", Assert.Throws<InputException>(() => ThreadGroup.Run(3, group =>
        {
            if (group.Rank == 1) throw new InputException("no picture");
            return group.Sum(1.0);
        })).Message);

    [Fact]
    public void Ranks_share_the_threads_of_libtorch_and_give_them_back()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(4);
            Assert.Equal([2, 2], ThreadGroup.Run(2, _ => get_num_threads()));
            Assert.Equal(4, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }
}

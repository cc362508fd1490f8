using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Distributed;

// Alone, as it changes how many threads the process has.
[Collection(Name), CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ThreadGroupTests
{
    private const string Name = "Threads";

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
    public void Ranks_share_the_threads_of_libtorch_and_other_threads_neither_change_nor_get_that()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(4);
            int other = 0;
            Assert.Equal([2, 2], ThreadGroup.Run(2, group =>
            {
                if (group.IsFirst)
                {
                    NewThread(() => other = get_num_threads());
                    NewThread(() => set_num_threads(3));
                }
                group.Sum(1.0);
                return get_num_threads();
            }));
            Assert.Equal((4, 4), (other, get_num_threads()));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static void NewThread(Action work)
    {
        Thread thread = new(() => work());
        thread.Start();
        thread.Join();
    }
}

using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>Ranks that are threads of this process, to test what is distributed without MPI.</summary>
internal sealed class ThreadGroup : ProcessGroup
{
    private readonly Shared shared;

    private ThreadGroup(Shared shared, int rank) => (this.shared, Rank) = (shared, rank);

    public override int Rank { get; }

    public override int Size => shared.Values.Length;

    /// <summary>Runs <paramref name="work"/> on every rank; the first failure ends it.</summary>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> work)
    {
        Shared shared = new(size);
        T[] results = new T[size];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try { results[rank] = work(new ThreadGroup(shared, rank)); }
            catch (Exception e)
            {
                if (e is not BarrierPostPhaseException) Interlocked.CompareExchange(ref failure, e, null);
                shared.Stop.Cancel();
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return failure is OperationCanceledException or null ? results : throw failure;
    }

    public override void Sum(Tensor values) => Together(values, (own, all) =>
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = all[0].clone();
        foreach (Tensor other in all.Skip(1)) sum.add_(other);
        return sum.MoveToOuterDisposeScope();
    });

    public override void Broadcast(Tensor values) => Together(values, (own, all) => all[0].clone());

    private void Together(Tensor values, Func<Tensor, Tensor[], Tensor> compute)
    {
        using IDisposable _ = no_grad();
        shared.Values[Rank] = values;
        shared.Barrier.SignalAndWait(shared.Stop.Token);
        using Tensor result = compute(values, shared.Values);
        shared.Barrier.SignalAndWait(shared.Stop.Token);
        values.copy_(result);
    }

    private sealed class Shared(int size)
    {
        public Tensor[] Values { get; } = new Tensor[size];
        public Barrier Barrier { get; } = new(size);
        public CancellationTokenSource Stop { get; } = new();
    }
}

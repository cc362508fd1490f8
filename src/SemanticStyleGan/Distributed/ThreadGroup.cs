using System.Diagnostics;
using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Distributed;

/// <summary>
/// Ranks that are threads of this process. Small networks keep the cores busier so than by dividing every operation between them: most of their operations
/// are too short for that, and what runs on one core only is then done by all at once.
/// </summary>
public sealed class ThreadGroup : ProcessGroup
{
    // Larger images keep the cores busy without, and copies of larger networks cost memory.
    private const int SmallImages = 64;

    private readonly Shared shared;
    private readonly Stopwatch waited = new(), transferred = new();

    private ThreadGroup(Shared shared, int rank) => (this.shared, Rank) = (shared, rank);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size => shared.Values.Length;

    /// <inheritdoc/>
    public override TimeSpan Waited => waited.Elapsed;

    /// <inheritdoc/>
    public override TimeSpan Transferred => transferred.Elapsed;

    /// <summary>Whether networks for images of this size are faster so.</summary>
    internal static bool Suits(int imageSize, Device device) => device.type == DeviceType.CPU && imageSize <= SmallImages;

    /// <summary>
    /// Runs <paramref name="work"/> on every rank, each with its share of libtorch's threads, and returns what they return. When one fails, so do all at their next
    /// common call, and its exception is thrown.
    /// </summary>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> work)
    {
        using Shared shared = new(size);
        T[] results = new T[size];
        ExceptionDispatchInfo? failure = null;
        int cores = get_num_threads();
        using Barrier start = new(size + 1);
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                // libtorch gives a thread the newest number of the process at its first use, and never again: so that use comes before the thread's own number.
                get_num_threads();
                set_num_threads(Math.Max(1, cores / size));
                start.SignalAndWait();
                start.SignalAndWait();
                results[rank] = work(new ThreadGroup(shared, rank));
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                shared.Failed.Cancel();
            }
        }) { Name = $"rank {rank}" })];
        foreach (Thread thread in threads) thread.Start();
        start.SignalAndWait();
        set_num_threads(cores); // the process's number again, before any work begins
        start.SignalAndWait();
        foreach (Thread thread in threads) thread.Join();
        failure?.Throw();
        return results;
    }

    /// <inheritdoc/>
    public override void Sum(Tensor values) => Together(values, all =>
    {
        // Every rank adds up a part of the values, in the order of the ranks, for all.
        using DisposeScope scope = NewDisposeScope();
        long count = values.numel(), from = count * Rank / Size, length = count * (Rank + 1) / Size - from;
        if (length == 0) return;
        Tensor[] parts = [.. all.Select(v => v.view(-1).narrow(0, from, length))];
        foreach (Tensor other in parts.Skip(1)) parts[0].add_(other, Constant(1));
        foreach (Tensor other in parts.Skip(1)) other.copy_(parts[0]);
    });

    /// <inheritdoc/>
    public override void Broadcast(Tensor values) => Together(values, all =>
    {
        if (!IsFirst) values.copy_(all[0]);
    });

    private void Together(Tensor values, Action<Tensor[]> compute)
    {
        using IDisposable _ = no_grad();
        shared.Values[Rank] = values;
        Wait();
        transferred.Start();
        compute(shared.Values);
        transferred.Stop();
        Wait();
    }

    private void Wait()
    {
        waited.Start();
        try { shared.Barrier.SignalAndWait(shared.Failed.Token); }
        catch (OperationCanceledException) { throw new ProcessGroupException("another rank of this process has failed."); }
        waited.Stop();
    }

    private sealed class Shared(int size) : IDisposable
    {
        public Tensor[] Values { get; } = new Tensor[size];

        public Barrier Barrier { get; } = new(size);

        public CancellationTokenSource Failed { get; } = new();

        public void Dispose()
        {
            Barrier.Dispose();
            Failed.Dispose();
        }
    }
}

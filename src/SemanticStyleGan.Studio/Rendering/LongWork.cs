using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>Work that takes seconds or minutes (painting, photographs, walks): one at a time, a few may wait, and each says how far it is.</summary>
internal sealed class LongWork(int capacity) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private int present;

    /// <summary>How many are running or waiting.</summary>
    internal int Present => present;

    public void Dispose() => turn.Dispose();

    /// <summary>Runs <paramref name="work"/> when its turn comes and gives what it reports; ends, with its error if it has one, when the work does.</summary>
    /// <param name="work">Calls its first argument with reports.</param>
    /// <param name="stop">Cancels the waiting and the work.</param>
    /// <exception cref="BusyException">Too many wait already; thrown at once, before anything is reported.</exception>
    internal IAsyncEnumerable<T> Run<T>(Action<Action<T>, CancellationToken> work, CancellationToken stop)
    {
        if (Interlocked.Increment(ref present) > capacity)
        {
            Interlocked.Decrement(ref present);
            throw new BusyException($"{capacity} long tasks are under way or waiting; try again later.");
        }
        Channel<T> reports = Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });
        return Reports(reports.Reader, Work(work, reports.Writer, stop), stop);
    }

    private static async IAsyncEnumerable<T> Reports<T>(ChannelReader<T> reports, Task running, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (T report in reports.ReadAllAsync(stop)) yield return report;
        await running;
    }

    // Begins at once, whether or not somebody reads: a client that has left is noticed by the token.
    private async Task Work<T>(Action<Action<T>, CancellationToken> work, ChannelWriter<T> reports, CancellationToken stop)
    {
        bool myTurn = false;
        try
        {
            await turn.WaitAsync(stop);
            myTurn = true;
            await Task.Factory.StartNew(() => work(report => reports.TryWrite(report), stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            if (myTurn) turn.Release();
            Interlocked.Decrement(ref present);
            reports.TryComplete();
        }
    }
}

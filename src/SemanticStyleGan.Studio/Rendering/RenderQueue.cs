using System.Threading.Channels;

namespace SemanticStyleGan.Studio.Rendering;

/// <summary>Short work on the model, one piece after the other on a thread of its own. What nobody waits for any more is not begun.</summary>
internal sealed class RenderQueue : IAsyncDisposable
{
    private readonly Channel<Action> waiting;
    private readonly Task worker;

    /// <summary>A queue in which at most <paramref name="capacity"/> pieces of work wait.</summary>
    internal RenderQueue(int capacity)
    {
        waiting = Channel.CreateBounded<Action>(new BoundedChannelOptions(capacity) { SingleReader = true });
        worker = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How many pieces of work wait.</summary>
    internal int Waiting => waiting.Reader.Count;

    /// <summary>Queues <paramref name="work"/> and gives its result.</summary>
    /// <exception cref="BusyException">The queue is full.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled before the work began.</exception>
    internal Task<T> Run<T>(Func<T> work, CancellationToken stop)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool queued = waiting.Writer.TryWrite(() =>
        {
            if (stop.IsCancellationRequested)
            {
                result.TrySetCanceled(stop);
                return;
            }
            try { result.TrySetResult(work()); }
            catch (OperationCanceledException e) { result.TrySetCanceled(e.CancellationToken); }
            catch (Exception e) { result.TrySetException(e); }
        });
        return queued ? result.Task : throw new BusyException("the studio has more to do than it can do soon; try again in a moment.");
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await worker;
    }

    private void Work()
    {
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (waiting.Reader.TryRead(out Action? work)) work();
    }
}

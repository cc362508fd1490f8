using static TorchSharp.torch;

namespace SemanticStyleGan.Distributed;

/// <summary>
/// The processes (ranks) that compute one thing together. Every rank makes the same calls in the same order; a call returns when all ranks
/// have made it. Use it from one thread.
/// </summary>
public abstract class ProcessGroup : IDisposable
{
    /// <summary>A process of its own: sums and broadcasts change nothing.</summary>
    public static ProcessGroup Alone { get; } = new SingleProcess();

    /// <summary>Which one this process is, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>Whether this process keeps logs, checkpoints and everything that is written once.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Time that this rank has waited for others.</summary>
    public virtual TimeSpan Waited => TimeSpan.Zero;

    /// <summary>Time that numbers have travelled.</summary>
    public virtual TimeSpan Transferred => TimeSpan.Zero;

    /// <summary>Replaces the values (contiguous, float32, float64 or int64) on every rank with their sum over all ranks.</summary>
    public abstract void Sum(Tensor values);

    /// <summary>Replaces the values (contiguous, any type) on every rank with those of rank 0.</summary>
    public abstract void Broadcast(Tensor values);

    /// <summary>The sum of a number over all ranks.</summary>
    public double Sum(double value)
    {
        using Tensor values = tensor(value, ScalarType.Float64);
        Sum(values);
        return values.item<double>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the group.</summary>
    protected virtual void Dispose(bool disposing) { }

    private sealed class SingleProcess : ProcessGroup
    {
        public override int Rank => 0;
        public override int Size => 1;
        public override void Sum(Tensor values) { }
        public override void Broadcast(Tensor values) { }
    }
}

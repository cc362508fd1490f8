using TorchSharp;
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
        double[] values = [value];
        Sum(values);
        return values[0];
    }

    /// <summary>Replaces the numbers on every rank with their sums over all ranks.</summary>
    public void Sum(double[] values)
    {
        using Tensor all = tensor(values);
        Sum(all);
        all.data<double>().CopyTo(values);
    }

    /// <summary>The rows of all ranks, rank by rank; on every rank the same.</summary>
    /// <param name="rows">This rank's, <c>[N, …]</c> of float32 with N of its own; null for none.</param>
    /// <returns><c>[sum of N, …]</c>; null where no rank has any.</returns>
    public Tensor? Gather(Tensor? rows)
    {
        if (Size == 1) return rows?.alias();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        // Of every rank the shape; ranks without rows do not know it.
        double[] shapes = new double[Size * MostDimensions];
        for (int i = 0; i < rows?.Dimensions; i++) shapes[Rank * MostDimensions + i] = rows.shape[i];
        Sum(shapes);
        long[][] each = [.. shapes.Chunk(MostDimensions).Select(s => s.TakeWhile(n => n > 0).Select(n => (long)n).ToArray())];
        if (each.FirstOrDefault(s => s.Length > 0) is not { } shape) return null;
        long[] counts = [.. each.Select(s => s.FirstOrDefault())];
        // Everybody adds its rows to zeros: a sum is all that ranks need to be able to do, and it changes no digit.
        Tensor all = zeros([counts.Sum(), .. shape[1..]], ScalarType.Float32, rows?.device);
        if (rows is not null) all.narrow(0, counts[..Rank].Sum(), counts[Rank]).copy_(rows);
        Sum(all);
        return all.MoveToOuterDisposeScope();
    }

    private const int MostDimensions = 4;

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

using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>How much masks differ: the share of pixels whose class differs between two different masks, on average over all pairs.</summary>
/// <param name="classes">Classes K.</param>
public sealed class MaskDiversity(int classes) : IDisposable
{
    private Tensor? counts; // [K, H, W]
    private long masks;

    /// <summary>0 (all masks are the same) to less than 1; NaN with fewer than two masks.</summary>
    public double Mean
    {
        get
        {
            if (counts is null || masks < 2) return double.NaN;
            using DisposeScope scope = NewDisposeScope();
            double same = (counts * (counts - Constant(1))).sum([0]).mean().to(ScalarType.Float64).item<double>() / ((double)masks * (masks - 1)); // ordered pairs of one class, for each pixel
            return 1 - same;
        }
    }

    /// <summary>Adds masks: class indices [N, H, W] of int64.</summary>
    public void Add(Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor added = stack(Enumerable.Range(0, classes).Select(k => labels.eq(Constant(k)).sum([0]))).to(ScalarType.Float64).cpu();
        Tensor sum = counts is null ? added : counts.Plus(added);
        counts?.Dispose();
        counts = sum.DetachFromDisposeScope();
        masks += labels.shape[0];
    }

    /// <summary>Takes in what the other ranks have counted.</summary>
    internal void SumOver(ProcessGroup group)
    {
        if (group.Size == 1) return;
        using DisposeScope scope = NewDisposeScope();
        // Counts of less than 2^24 masks are exact in float32.
        Tensor? all = group.Gather(counts?.to(ScalarType.Float32).flatten(1).unsqueeze(0));
        counts?.Dispose();
        counts = all?.to(ScalarType.Float64).sum([0]).DetachFromDisposeScope(); // [K, H·W]
        masks = (long)group.Sum(masks);
    }

    /// <inheritdoc/>
    public void Dispose() => counts?.Dispose();
}

using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>Counts how often pixels of each class were taken for each class, and what follows from it: the intersection over union (Jaccard index).</summary>
/// <param name="classes">Classes K.</param>
public sealed class ConfusionMatrix(int classes)
{
    private readonly long[] counts = new long[classes * classes]; // [truth, prediction]

    /// <summary>Adds pixels.</summary>
    /// <param name="truth">Class indices int64 of any shape, 0 … K − 1.</param>
    /// <param name="prediction">Class indices of the same shape.</param>
    public void Add(Tensor truth, Tensor prediction)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!truth.shape.AsSpan().SequenceEqual(prediction.shape))
            throw new ArgumentException($"a prediction of shape [{string.Join(", ", prediction.shape)}] for a truth of shape [{string.Join(", ", truth.shape)}].");
        Tensor pairs = (truth.to(ScalarType.Int64) * Constant(classes)).Plus(prediction.to(ScalarType.Int64)).reshape(-1).cpu();
        Tensor added = bincount(pairs, minlength: counts.Length).contiguous();
        if (added.shape[0] != counts.Length) throw new ArgumentException($"a class above {classes - 1}.");
        ReadOnlySpan<long> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(added.bytes);
        for (int i = 0; i < counts.Length; i++) counts[i] += values[i];
    }

    /// <summary>Takes in what the other ranks have counted.</summary>
    internal void SumOver(ProcessGroup group)
    {
        using Tensor all = tensor(counts);
        group.Sum(all);
        all.data<long>().CopyTo(counts);
    }

    /// <summary>Pixels of a class in the truth.</summary>
    public long Pixels(int truth) => Enumerable.Range(0, classes).Sum(p => counts[truth * classes + p]);

    private long Predicted(int k) => Enumerable.Range(0, classes).Sum(t => counts[t * classes + k]);

    /// <summary>Intersection over union of a class, 0 to 1; NaN for one that is neither in the truth nor in the prediction.</summary>
    public double IntersectionOverUnion(int k)
    {
        long intersection = counts[k * classes + k];
        long union = Pixels(k) + Predicted(k) - intersection;
        return union == 0 ? double.NaN : (double)intersection / union;
    }

    /// <summary>The mean of <see cref="IntersectionOverUnion"/> over the classes in the truth (mIoU); NaN without any pixel.</summary>
    public double MeanIntersectionOverUnion => Enumerable.Range(0, classes).Where(k => Pixels(k) > 0).Select(IntersectionOverUnion).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean of <see cref="IntersectionOverUnion"/> over the classes in the prediction; NaN without any pixel.</summary>
    public double MeanIntersectionOverUnionOfPredicted => Enumerable.Range(0, classes).Where(k => Predicted(k) > 0).Select(IntersectionOverUnion).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The same pixels with each true class called what it was mostly taken for: for parts whose classes are not known.</summary>
    public ConfusionMatrix Matched()
    {
        ConfusionMatrix matched = new(classes);
        for (int k = 0; k < classes; k++)
        {
            int best = Enumerable.Range(0, classes).MaxBy(p => counts[k * classes + p]);
            for (int p = 0; p < classes; p++) matched.counts[best * classes + p] += counts[k * classes + p];
        }
        return matched;
    }

    /// <summary>The share of pixels whose class was found, 0 to 1; NaN without any pixel.</summary>
    public double Accuracy => (double)Enumerable.Range(0, classes).Sum(k => counts[k * classes + k]) / counts.Sum();
}

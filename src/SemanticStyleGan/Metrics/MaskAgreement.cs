using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// How far masks agree with what an independent parser reads in their pictures: intersection over union for each class, and the mean over the classes
/// that the masks have (mIoU). The same measure on real pairs says what the parser itself misses.
/// </summary>
/// <param name="parser">One that had no part in the training of what is measured; the caller keeps owning it.</param>
/// <param name="unnamedParts">
/// Where the masks' parts stand for no known classes, how many there are: each counts as the class that it mostly covers, and the mean is over the classes that
/// are read, so that a class without a part counts as 0.
/// </param>
public sealed class MaskAgreement(Parser parser, int? unnamedParts = null)
{
    private readonly ConfusionMatrix confusion = new(Math.Max(parser.Layout.Count, unnamedParts ?? 0));

    /// <summary>The mean over the classes that occur in the masks, 0 … 1.</summary>
    public double Mean => unnamedParts is null ? confusion.MeanIntersectionOverUnion : confusion.Matched().MeanIntersectionOverUnionOfPredicted;

    /// <summary>Whether parts were matched to classes.</summary>
    public bool IsMatched => unnamedParts is not null;

    /// <summary>Intersection over union of a class, 0 … 1; null where neither masks nor readings have it.</summary>
    public double? Of(int k) => (unnamedParts is null ? confusion : confusion.Matched()).IntersectionOverUnion(k) is var value && double.IsNaN(value) ? null : value;

    /// <summary>Adds pairs.</summary>
    /// <param name="pictures">[N, 3, R, R] in [-1, 1].</param>
    /// <param name="labels">[N, R, R] of int64.</param>
    /// <returns>What the parser reads, [N, R, R] of int64.</returns>
    public Tensor Add(Tensor pictures, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor read = parser.Logits(pictures).argmax(1);
        confusion.Add(labels, read);
        return read.MoveToOuterDisposeScope();
    }

    /// <summary>Takes in what the other ranks have counted.</summary>
    internal void SumOver(ProcessGroup group) => confusion.SumOver(group);
}

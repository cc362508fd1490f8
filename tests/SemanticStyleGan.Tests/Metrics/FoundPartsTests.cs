using SemanticStyleGan.Metrics;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class FoundPartsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Masks_differ_by_the_share_of_pixels_that_differ_between_pairs()
    {
        using MaskDiversity one = new(3), three = new(3);
        one.Add(zeros(1, 2, 2, ScalarType.Int64));
        Assert.True(double.IsNaN(one.Mean));
        one.Add(zeros(1, 2, 2, ScalarType.Int64));
        Assert.Equal(0, one.Mean);
        // Three masks of two pixels: [0 0], [0 1], [0 2]. The first pixel is always the same, the second never.
        three.Add(tensor(new long[] { 0, 0, 0, 1 }).view(2, 1, 2));
        three.Add(tensor(new long[] { 0, 2 }).view(1, 1, 2));
        Assert.Equal(0.5, three.Mean, 1e-12);
    }

    [Fact]
    public void Parts_are_matched_to_the_class_that_they_mostly_cover_and_a_class_without_part_counts_as_0()
    {
        ConfusionMatrix confusion = new(3);
        // Parts 1 and 2 lie on class 0, part 0 on class 2 but for one pixel of class 1.
        confusion.Add(tensor(new long[] { 1, 1, 2, 2, 0, 0, 0, 0 }), tensor(new long[] { 0, 0, 0, 0, 2, 2, 2, 1 }));
        ConfusionMatrix matched = confusion.Matched();
        Assert.Equal(1, matched.IntersectionOverUnion(0), 1e-12);
        Assert.Equal(0, matched.IntersectionOverUnion(1), 1e-12);
        Assert.Equal(0.75, matched.IntersectionOverUnion(2), 1e-12);
        Assert.Equal(1.75 / 3, matched.MeanIntersectionOverUnionOfPredicted, 1e-12);
    }
}

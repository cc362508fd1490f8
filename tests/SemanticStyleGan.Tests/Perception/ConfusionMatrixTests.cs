using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Perception;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Intersection_over_union_is_as_counted_by_hand()
    {
        using DisposeScope scope = NewDisposeScope();
        ConfusionMatrix confusion = new(4);
        // In two pieces, of other shapes.
        confusion.Add(tensor(new long[] { 0, 0, 0, 1 }, [2, 2]), tensor(new long[] { 0, 0, 1, 1 }, [2, 2]));
        confusion.Add(tensor(new long[] { 1, 2 }), tensor(new long[] { 0, 1 }));
        Assert.Equal([3, 2, 1, 0], Enumerable.Range(0, 4).Select(confusion.Pixels));
        Assert.Equal(2 / 4.0, confusion.IntersectionOverUnion(0));
        Assert.Equal(1 / 4.0, confusion.IntersectionOverUnion(1));
        Assert.Equal(0, confusion.IntersectionOverUnion(2));
        Assert.Equal(double.NaN, confusion.IntersectionOverUnion(3));
        Assert.Equal((0.5 + 0.25 + 0) / 3, confusion.MeanIntersectionOverUnion, 12);
        Assert.Equal(3 / 6.0, confusion.Accuracy);
    }

    [Fact]
    public void Shapes_and_classes_that_do_not_fit_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        ConfusionMatrix confusion = new(2);
        Assert.Throws<ArgumentException>(() => confusion.Add(zeros([2, 2], ScalarType.Int64), zeros([4], ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => confusion.Add(full([1], 2, ScalarType.Int64), zeros([1], ScalarType.Int64)));
    }
}

using SemanticStyleGan.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class CoverageLossTests
{
    // One picture of 2×2: two pixels of part 0, two of part 1, none of part 2.
    private static Tensor Real() => tensor([1f, 1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1]).view(1, 3, 2, 2);

    private static Tensor Depths(double second, double third) => cat([zeros(1, 1, 2, 2), full([1, 1, 2, 2], second), full([1, 1, 2, 2], third)], 1);

    [Fact]
    public void A_part_that_no_picture_shows_costs_its_missing_logarithm_where_it_is_nearest()
    {
        using DisposeScope scope = NewDisposeScope();
        // Half of two pixels is asked for: part 1 has a share of e^-30 everywhere but one pixel. Part 2 is in no real mask.
        Tensor depths = Depths(-30, -50);
        Assert.Equal(Math.Log(0.5) + 30, CoverageLoss.Compute(depths, Real()).item<float>(), 1e-4);
        depths[0, 1, 1, 0] = tensor(-5f);
        Assert.Equal(Math.Log(0.5) + 5 + Math.Log(1 + Math.Exp(-5)), CoverageLoss.Compute(depths, Real()).item<float>(), 1e-4);
        depths[0, 1, 1, 0] = tensor(5f);
        Assert.Equal(0, CoverageLoss.Compute(depths, Real()).item<float>());
    }

    [Fact]
    public void A_part_counts_only_where_a_real_picture_shows_it()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = Depths(-30, -50);
        depths[0, 1, 0, 0] = tensor(5f); // real pictures have part 1 in the lower row
        Assert.Equal(Math.Log(0.5) + 30, CoverageLoss.Compute(depths, Real()).item<float>(), 1e-4);
        depths[0, 1, 1, 1] = tensor(5f);
        Assert.Equal(0, CoverageLoss.Compute(depths, Real()).item<float>());
    }

    [Fact]
    public void Half_as_many_pictures_as_the_real_ones_are_asked_for()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = cat([Depths(-10, -50), Depths(-20, -50), Depths(-30, -50), Depths(-40, -50)], 0);
        double one = Math.Log(0.5) + 10, two = one + Math.Log(0.5) + 20;
        Assert.Equal(two, CoverageLoss.Compute(depths, Real()).item<float>(), 1e-3);
        Tensor seldom = cat([Real(), .. Enumerable.Repeat(cat([ones(1, 1, 2, 2), -ones(1, 2, 2, 2)], 1), 3)], 0);
        Assert.Equal(one, CoverageLoss.Compute(depths, seldom).item<float>(), 1e-3);
    }

    [Fact]
    public void The_gradient_of_a_part_far_behind_does_not_vanish()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = Depths(-200, -50).requires_grad_();
        CoverageLoss.Compute(depths, Real()).backward();
        Assert.Equal(-1, depths.grad![0, 1].sum().item<float>(), 1e-4);
        Assert.Equal(0, depths.grad![0, 2].sum().item<float>(), 1e-4);
    }
}

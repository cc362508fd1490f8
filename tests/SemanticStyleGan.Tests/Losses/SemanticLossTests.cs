using SemanticStyleGan.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

/// <summary>The losses of the mask/style formulation against values worked out by hand, and their gradients against finite differences.</summary>
public sealed class SemanticLossTests : IDisposable
{
    private static readonly double[] Ones = [1, 1, 1, 1], Left = [1, 0, 1, 0], Right = [0, 1, 0, 1], Top = [1, 1, 0, 0], Empty = [0, 0, 0, 0];
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Diversity_counts_pairs_of_masks_by_how_they_overlap()
    {
        Assert.Equal(4, Diversity(Left, Left), 1e-12);                  // (1 + 1)²
        Assert.Equal(1, Diversity(Left, Right), 1e-12);                 // (0 + 1)²
        Assert.Equal(2.25, Diversity(Left, Top), 1e-12);                // (1/2 + 1)²
        Assert.Equal(1, Diversity(Left, Empty), 1e-12);
        Assert.Equal(2, Diversity(Left, Left, Right), 1e-12);           // two of six ordered pairs are alike: (2·4 + 4·1)/6
        Assert.Equal(4, Diversity([.. Left.Select(v => v * 0.1)], Left), 1e-12);
    }

    [Fact]
    public void Diversity_is_the_mean_over_samples() =>
        Assert.Equal((4 + 1) / 2.0, SemanticDiversityLoss.Compute(stack([Masks(Left, Left), Masks(Left, Right)])).ToDouble(), 1e-12);

    [Fact]
    public void Consistency_is_the_squared_distance_of_the_cosine_from_1()
    {
        Assert.Equal(0, Consistency([1, 2], [3, 6]), 1e-12);
        Assert.Equal(4, Consistency([1, 2], [-1, -2]), 1e-12);
        Assert.Equal(1, Consistency([1, 0], [0, 5]), 1e-12);
        Assert.Equal(Math.Pow(Math.Sqrt(0.5) - 1, 2), Consistency([1, 0], [1, 1]), 1e-12);
        Assert.Equal(1, Consistency([0, 0], [1, 1]), 1e-12);
        Tensor codes = tensor(new double[] { 1, 0, 1, 0 }).view(1, 2, 2), styles = tensor(new double[] { 1, 0, 0, 1 }).view(1, 2, 2);
        Assert.Equal(0.5, SemanticConsistencyLoss.Compute(codes, styles).ToDouble(), 1e-12); // one part agrees, one is at a right angle
    }

    [Fact]
    public void Hinge_losses_end_at_the_margin()
    {
        Tensor real = tensor(new double[] { 2, 0.5 }).view(2, 1), fake = tensor(new double[] { -3, 0 }).view(2, 1);
        Assert.Equal((0 + 0.5) / 2 + (0 + 1) / 2.0, HingeLoss.Discriminator(real, fake).ToDouble(), 1e-12);
        Assert.Equal(1.5, HingeLoss.Generator(fake).ToDouble(), 1e-12);
        AssertGradient([real, fake], t => HingeLoss.Discriminator(t[0], t[1]));
        AssertGradient([fake], t => HingeLoss.Generator(t[0]));
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        Generator random = new(5);
        Tensor masks = randn([2, 3, 2, 2], ScalarType.Float64, generator: random).softmax(1);
        AssertGradient([masks], t => SemanticDiversityLoss.Compute(t[0]));
        AssertGradient([masks, randn([2, 3, 4], ScalarType.Float64, generator: random)], t => SemanticConsistencyLoss.Compute(t[0].flatten(2), t[1]));
    }

    [Fact]
    public void Two_masks_alike_are_at_the_top_and_an_empty_one_gives_finite_gradients()
    {
        Tensor alike = Masks(Ones, Ones).unsqueeze(0).requires_grad_(), empty = Masks(Left, Empty).unsqueeze(0).requires_grad_(), code = zeros(1, 1, 2, ScalarType.Float64).requires_grad_();
        SemanticDiversityLoss.Compute(alike).backward();
        Assert.True(alike.grad!.abs().max().ToDouble() < 1e-12);
        SemanticDiversityLoss.Compute(empty).backward();
        SemanticConsistencyLoss.Compute(code, ones(1, 1, 2, ScalarType.Float64)).backward();
        Assert.True(empty.grad!.isfinite().all().item<bool>());
        Assert.True(code.grad!.isfinite().all().item<bool>());
    }

    private static Tensor Masks(params double[][] masks) => stack(masks.Select(m => tensor(m).view(2, 2)));

    private static double Diversity(params double[][] masks) => SemanticDiversityLoss.Compute(Masks(masks).unsqueeze(0)).ToDouble();

    private static double Consistency(double[] code, double[] style) => SemanticConsistencyLoss.Compute(tensor(code).view(1, 1, -1), tensor(style).view(1, 1, -1)).ToDouble();

    private static void AssertGradient(Tensor[] values, Func<Tensor[], Tensor> loss)
    {
        const double step = 1e-6;
        Tensor[] leaves = [.. values.Select(v => v.detach().clone().requires_grad_())];
        loss(leaves).backward();
        for (int which = 0; which < values.Length; which++)
            for (long i = 0; i < values[which].numel(); i++)
            {
                double At(double by)
                {
                    Tensor[] moved = [.. values.Select(v => v.detach().clone())];
                    moved[which].view(-1)[i] += by;
                    return loss(moved).ToDouble();
                }
                Assert.Equal((At(step) - At(-step)) / (2 * step), leaves[which].grad!.view(-1)[i].ToDouble(), 1e-6);
            }
    }
}

using System.Text.Json;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class FeatureMeasureTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly JsonDocument json = JsonDocument.Parse(File.ReadAllText(Parity.Path("numerics.json")));

    public void Dispose()
    {
        json.Dispose();
        scope.Dispose();
    }

    [Theory]
    [InlineData(MeasureConvention.StyleGan, "fid_covariance_over_N")]
    [InlineData(MeasureConvention.SemanticStyleGan, "fid_covariance_over_N_minus_1_eps_1e-6")]
    public void The_Fréchet_distance_equals_the_reference(MeasureConvention convention, string expected) =>
        Assert.Equal(Number(expected), FrechetDistance.Between(Matrix("features_a"), Matrix("features_b"), convention), 1e-9);

    [Fact]
    public void The_kernel_distance_equals_the_reference() =>
        Assert.Equal(Number("kid_unbiased_cubic_all_samples"), KernelDistance.OfAll(Matrix("features_a"), Matrix("features_b")), 1e-12);

    [Fact]
    public void The_inception_score_equals_the_reference()
    {
        (double mean, double deviation) = InceptionScore.Of(Matrix("class_probabilities"));
        JsonElement expected = Metric("inception_score_10_splits_mean_std");
        Assert.Equal(expected[0].GetDouble(), mean, 1e-12);
        Assert.Equal(expected[1].GetDouble(), deviation, 1e-12);
    }

    [Fact]
    public void The_Fréchet_distance_of_known_normal_distributions_is_met_and_none_is_between_a_set_and_itself()
    {
        Tensor a = Normal(1, 6000, 3), b = Normal(2, 6000, 3) * 2 + 1;
        // |μ|² = 3 and 3·(1 + 4 − 2·2).
        Assert.Equal(6, FrechetDistance.Between(a, b, MeasureConvention.StyleGan), 0.25);
        Assert.Equal(0, FrechetDistance.Between(a, a, MeasureConvention.StyleGan), 1e-9);
        Assert.Equal(FrechetDistance.Between(a, b, MeasureConvention.StyleGan), FrechetDistance.Between(b, a, MeasureConvention.StyleGan), 1e-9);
    }

    [Fact]
    public void Subsets_of_all_samples_give_the_distance_of_all_and_seeds_repeat()
    {
        Tensor a = Matrix("features_a")[..280], b = Matrix("features_b");
        (double mean, double deviation) = KernelDistance.OfSubsets(a, b, 3);
        Assert.Equal(KernelDistance.OfAll(a, b), mean, 1e-12);
        Assert.Equal(0, deviation, 1e-12);
        Tensor many = Normal(1, 1500, 4), other = Normal(2, 1200, 4) + 0.5f;
        (double one, double spread) = KernelDistance.OfSubsets(many, other, 3);
        Assert.Equal(one, KernelDistance.OfSubsets(many, other, 3).Mean);
        Assert.InRange(spread, 1e-6, 0.1);
        Assert.Equal(KernelDistance.OfAll(many, other), one, 3 * spread);
    }

    [Fact]
    public void Precision_sees_what_is_not_real_and_recall_sees_what_is_missing()
    {
        Tensor left = Normal(1, 400, 4), right = Normal(2, 400, 4) + 50, both = cat([Normal(3, 400, 4), Normal(4, 400, 4) + 50]);
        PrecisionRecall half = PrecisionRecall.Of(real: both, generated: left), strange = PrecisionRecall.Of(real: left, generated: both);
        Assert.InRange(half.Precision, 0.8, 1);
        Assert.InRange(half.Recall, 0.4, 0.5);
        Assert.InRange(strange.Precision, 0.4, 0.5);
        Assert.InRange(strange.Recall, 0.8, 1);
        Assert.Equal(new PrecisionRecall(0, 0), PrecisionRecall.Of(left, right));
        Assert.Equal(new PrecisionRecall(1, 1), PrecisionRecall.Of(left, left));
    }

    [Fact]
    public void Precision_and_recall_equal_those_counted_by_hand()
    {
        // On a line: radii to the third neighbour are 3, 2, 2, 2, 3 and the balls cover [-3, 7]; those of the others are 3, 2, 2, 3: [3, 12].
        Tensor real = tensor([0f, 1, 2, 3, 4]).unsqueeze(1), generated = tensor([6f, 7, 8, 9]).unsqueeze(1);
        Assert.Equal(new PrecisionRecall(0.5, 0.4), PrecisionRecall.Of(real, generated));
    }

    private double Number(string name) => Metric(name).GetDouble();

    private JsonElement Metric(string name) => json.RootElement.GetProperty("metrics").GetProperty(name);

    private Tensor Matrix(string name) => stack(Metric(name).EnumerateArray().Select(row => tensor(row.EnumerateArray().Select(v => v.GetDouble()).ToArray())));

    private static Tensor Normal(ulong seed, params long[] shape) => randn(shape, generator: new Generator(seed));
}

using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

public sealed class PictureLossTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_constant_difference_counts_its_square_at_every_size_and_the_signal_to_noise_ratio_follows()
    {
        Tensor a = zeros(2, 3, 32, 32), b = cat([full([1, 3, 32, 32], 0.5f), zeros(1, 3, 32, 32)]);
        float[] loss = [.. PixelPyramidLoss.Compute(a, b).data<float>()], quality = [.. PixelPyramidLoss.PeakSignalToNoise(a, b).data<float>()];
        Assert.Equal(0.25f, loss[0], 1e-6f);
        Assert.Equal(0, loss[1]);
        Assert.Equal(10 * Math.Log10(16), quality[0], 1e-4);
        Assert.Equal(10 * Math.Log10(4e10), quality[1], 1e-3);
    }

    [Fact]
    public void Features_are_compared_by_direction_and_vectors_as_they_are()
    {
        Tensor map = ones(1, 4, 2, 2), opposite = -map, vector = tensor(new float[] { 3, 4 }).view(1, 2);
        Assert.Equal(0, FeatureDistance.Compute([map], [map * 5]).item<float>(), 1e-6f);
        Assert.Equal(4, FeatureDistance.Compute([map], [opposite]).item<float>(), 1e-5f);
        Assert.Equal(12.5f, FeatureDistance.Compute([map, vector], [map, zeros(1, 2)]).item<float>(), 1e-5f);
    }

    [Fact]
    public void Balanced_weights_raise_small_classes_and_keep_the_mean_over_pixels()
    {
        Tensor target = zeros(1, 2, 8, 8);
        target[0, 1, 0, 0] = 1;
        target[0, 0] = 1 - target[0, 1];
        Tensor weights = MaskFitLoss.Balance(target);
        Assert.Equal(Math.Sqrt(63), weights[0, 1].item<float>() / weights[0, 0].item<float>(), 1e-3);
        Assert.Equal(1, (weights.view(1, 2, 1, 1) * target).sum(1).mean().item<float>(), 1e-5f);
        GeneratorOutput wrong = new(zeros(1, 3, 8, 8), -target * 2 + 1, zeros(1, 2, 8, 8), zeros(1, 2, 8, 8));
        Assert.True(MaskFitLoss.Compute(wrong, target).isfinite().all().item<bool>());
        GeneratorOutput right = wrong with { Mask = target * 2 - 1, CoarseMask = target * 2 - 1 };
        Assert.Equal(0, MaskFitLoss.Compute(right, target, weights: weights).item<float>(), 1e-4f);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The moving average of the generator's weights, which is what is used and shipped (Karras et al. 2018).</summary>
internal static class ExponentialMovingAverage
{
    /// <summary>Moves <paramref name="average"/> towards <paramref name="current"/> by what <paramref name="images"/> more images are worth.</summary>
    internal static void Update(nn.Module average, nn.Module current, double images, double halfLifeImages)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = tensor((float)(1 - Math.Pow(0.5, images / halfLifeImages)));
        foreach ((Tensor a, Tensor c) in average.parameters().Zip(current.parameters())) a.lerp_(c, weight.to(a.device));
    }
}

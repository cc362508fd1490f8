using SemanticStyleGan.Data;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>What codes are guessed for: pictures and, where they are known, their masks.</summary>
internal sealed class GuessTarget : IDisposable
{
    private const double MaskWeight = 0.2;
    private readonly Tensor? wanted, balance;

    /// <summary>Pictures to be guessed.</summary>
    /// <param name="images">The pictures <c>[N, 3, R, R]</c>.</param>
    /// <param name="labels">Their masks <c>[N, R, R]</c> of class indices; null where none are known.</param>
    /// <param name="parts">The model's parts K.</param>
    internal GuessTarget(Tensor images, Tensor? labels, int parts)
    {
        Images = images;
        wanted = labels is null ? null : (MaskTensors.OneHot(labels.to(images.device), parts) + Constant(1)) / Constant(2);
        balance = wanted is null ? null : MaskFitLoss.Balance(wanted);
    }

    private GuessTarget(Tensor images, Tensor? wanted, Tensor? balance) => (Images, this.wanted, this.balance) = (images, wanted, balance);

    /// <summary>The pictures <c>[N, 3, R, R]</c>.</summary>
    internal Tensor Images { get; }

    /// <summary>Whether masks are known.</summary>
    internal bool HasMasks => wanted is not null;

    /// <summary>How far an output is from them, <c>[N]</c>.</summary>
    internal Tensor Distance(GeneratorOutput output)
    {
        Tensor distance = PixelPyramidLoss.Compute(output.Image, Images);
        return wanted is null ? distance : distance.Plus(MaskFitLoss.Compute(output, wanted, weights: balance) * Constant(MaskWeight));
    }

    /// <summary>This target, out of the dispose scope.</summary>
    internal GuessTarget Kept() => new(Images.DetachFromDisposeScope(), wanted?.DetachFromDisposeScope(), balance?.DetachFromDisposeScope());

    public void Dispose()
    {
        Images.Dispose();
        wanted?.Dispose();
        balance?.Dispose();
    }
}

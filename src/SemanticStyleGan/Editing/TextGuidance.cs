using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>
/// Moves codes until their pictures fit a text: latent optimisation by the cosine between picture and text in CLIP's space (StyleCLIP, Patashnik et al. 2021,
/// section 4), here in chosen slots only, so that all other parts keep their codes.
/// </summary>
/// <param name="model">The model; its weights are not changed.</param>
/// <param name="clip">The encoders.</param>
public sealed class TextGuidance(SemanticModel model, ClipPair clip)
{
    /// <summary>Weight of the squared distance from the start; larger values change less.</summary>
    public double Stay { get; init; } = 0.02;

    /// <summary>Moves codes towards a text.</summary>
    /// <param name="start">Where they begin, W+ <c>[N, base + 2K, D]</c>.</param>
    /// <param name="text">What the pictures should show.</param>
    /// <param name="selection">The slots that may change.</param>
    /// <param name="steps">Steps of the optimiser.</param>
    /// <param name="progress">Counts steps and reports the loss.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <returns>The codes <c>[N, base + 2K, D]</c>; slots that were not chosen are exactly those of <paramref name="start"/>.</returns>
    /// <exception cref="InputException">The text is empty or too long.</exception>
    public Tensor Fit(Tensor start, string text, PartSelection selection, int steps, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wanted = clip.OfText(text, start.device);
        return new LatentOptimization(model) { Stay = Stay }
            .Run(start, selection, steps, output => Constant(1) - Similarity(output.Image, wanted).mean(), "following the text", progress, stop).MoveToOuterDisposeScope();
    }

    /// <summary>The cosine between each picture <c>[N, 3, R, R]</c>, -1 to 1, and a text: <c>[N]</c>.</summary>
    public Tensor Similarity(Tensor pictures, string text) => Similarity(pictures, clip.OfText(text, pictures.device));

    private Tensor Similarity(Tensor pictures, Tensor text) => (clip.OfPictures(pictures) * text).sum([1]);
}

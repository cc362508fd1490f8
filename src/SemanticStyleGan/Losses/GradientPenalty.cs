using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Losses;

/// <summary>R1: the squared gradient of the discriminator's logits on real data (Mescheder et al. 2018; paper §3.5).</summary>
public static class GradientPenalty
{
    /// <summary>
    /// |∇_image D|² and |∇_mask D|², each summed per sample and averaged over the batch: two scalars (the second null without masks).
    /// <paramref name="images"/> and <paramref name="masks"/> require gradients, and the logits <c>[N, 1]</c> were computed from them.
    /// </summary>
    public static (Tensor Image, Tensor? Mask) Compute(Tensor logits, Tensor images, Tensor? masks)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = ConvolutionFunction.OnlyInputs();
        // An unused input or a freed graph would abort the process: both flags are given, and both inputs are used by construction.
        IList<Tensor> gradients = autograd.grad([logits.sum()], masks is null ? [images] : [images, masks], retain_graph: true, create_graph: true);
        Tensor[] penalties = [.. gradients.Select(g => g.pow(Constant(2)).sum([1, 2, 3]).mean().MoveToOuterDisposeScope())];
        return (penalties[0], penalties.ElementAtOrDefault(1));
    }
}

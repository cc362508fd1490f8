using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>What was found for a batch of pictures. Its tensors belong to the dispose scope of the call.</summary>
/// <param name="Codes">W+ <c>[N, base + 2K, D]</c>.</param>
/// <param name="Noise">The fitted noise maps <c>[N, 1, H, W]</c>, one a convolution of the render net; null where the stored ones serve, or where <paramref name="Tuned"/> has them (a single picture).</param>
/// <param name="Tuned">The weights' differences of pivotal tuning; null without. The caller disposes it.</param>
/// <param name="PeakSignalToNoise">In decibel, of each step (the start first, the result last) and picture.</param>
public sealed record InversionResult(Tensor Codes, IReadOnlyList<Tensor>? Noise, TunedWeights? Tuned, IReadOnlyList<double[]> PeakSignalToNoise)
{
    /// <summary>What to synthesise the codes with besides.</summary>
    public SynthesisInput Input => new() { Noise = Noise };
}

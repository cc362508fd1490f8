using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>What an inversion looks like now; its tensors live until the receiver returns.</summary>
/// <param name="Step">Steps done, those of tuning counted on.</param>
/// <param name="Codes">The codes, W+ <c>[N, base + 2K, D]</c>.</param>
/// <param name="Output">What they synthesise.</param>
public sealed record InversionStep(int Step, Tensor Codes, GeneratorOutput Output);

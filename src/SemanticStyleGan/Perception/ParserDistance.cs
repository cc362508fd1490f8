using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>
/// LPIPS' formula (Zhang et al., CVPR 2018, equation 1) on a parser's feature maps, all channels with weight one: features of unit length at each
/// pixel, squared differences, means over pixels, sum over scales. For where no LPIPS file is at hand; values compare with those of the same parser only.
/// </summary>
/// <param name="parser">The caller keeps owning it.</param>
public sealed class ParserDistance(Parser parser) : IPerceptualDistance
{
    /// <inheritdoc/>
    public string Name => "parser";

    /// <inheritdoc/>
    public Tensor Between(Tensor first, Tensor second)
    {
        using DisposeScope scope = NewDisposeScope();
        IEnumerable<Tensor> scales = parser.FeatureMaps(first).Zip(parser.FeatureMaps(second), (a, b) =>
            (F.normalize(a, 2, 1) - F.normalize(b, 2, 1)).pow(Constant(2)).sum(1).mean([1, 2]));
        return stack(scales).sum([0]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() { }
}

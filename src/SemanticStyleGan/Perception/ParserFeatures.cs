using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>The pooled features of a parser, for distances where no Inception file is at hand. Their values compare with those of the same parser only.</summary>
/// <param name="parser">The caller keeps owning it.</param>
public sealed class ParserFeatures(Parser parser) : IFeatures
{
    /// <inheritdoc/>
    public string Name => "parser";

    /// <inheritdoc/>
    public string Fingerprint { get; } = "parser " + Weights.Fingerprint(parser.Network);

    /// <inheritdoc/>
    public Tensor Embed(Tensor pictures) => parser.Embedding(pictures);

    /// <inheritdoc/>
    public Tensor? Classify(Tensor pictures) => null;

    /// <inheritdoc/>
    public void Dispose() { }
}

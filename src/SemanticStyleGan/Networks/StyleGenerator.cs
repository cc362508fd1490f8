using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>The style generator of the mask/style formulation: one linear layer for each part, from z_s to the part's style; equalised.</summary>
public sealed class StyleGenerator : nn.Module
{
    private readonly Parameter weight; // [K, D, D/2]
    private readonly Parameter bias;   // [K, 1, D]

    internal StyleGenerator(GeneratorConfig config, Initializer initializer) : base(nameof(StyleGenerator))
    {
        weight = initializer.Normal(config.Parts, config.StyleSize, config.StyleSize / 2);
        bias = initializer.Normal(config.Parts, 1, config.StyleSize);
        RegisterComponents();
    }

    /// <summary>The weight <c>[D, D/2]</c> that takes a part's z_s.</summary>
    internal Tensor CodeWeights(int part) => weight[part] * Constant(Scale);

    /// <summary>See <see cref="CompositionalGenerator.FoldTruncation"/>; of the mean z_s <c>[D/2]</c>.</summary>
    internal void FoldTruncation(Tensor mean, double truncation)
    {
        using DisposeScope scope = NewDisposeScope();
        bias.add_(weight.matmul(mean).unsqueeze(1) * Constant((1 - truncation) * Scale), Constant(1));
        weight.mul_(Constant(truncation));
    }

    private double Scale => 1 / Math.Sqrt(weight.shape[2]);

    /// <summary>Styles <c>[N, M, D]</c> of each part's z_s <c>[N, M, D/2]</c>; of all parts or of <paramref name="parts"/> <c>[M]</c>.</summary>
    internal Tensor Forward(Tensor codes, Tensor? parts = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor w, Tensor b) = parts is null ? (weight, bias) : (weight.index_select(0, parts), bias.index_select(0, parts));
        return bmm(codes.transpose(0, 1), (w * Constant(Scale)).transpose(1, 2)).Plus(b).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }
}

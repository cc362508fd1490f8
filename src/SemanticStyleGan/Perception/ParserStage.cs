using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>Two convolutions at one scale; a residual stage adds its input, projected, and halves by its stride instead of pooling.</summary>
internal sealed class ParserStage : nn.Module
{
    private readonly ParserConvolution first;
    private readonly ParserConvolution second;
    private readonly Parameter? projection; // [out, in, 1, 1]
    private readonly bool halves;

    internal ParserStage(int input, int output, bool residual, bool halves, Initializer initializer) : base(nameof(ParserStage))
    {
        this.halves = halves;
        first = new ParserConvolution(input, output, initializer, stride: residual && halves ? 2 : 1);
        second = new ParserConvolution(output, output, initializer);
        if (residual) projection = initializer.Normal(Math.Sqrt(1.0 / input), output, input, 1, 1);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, H, W]</c>, or half of it; activated.</summary>
    internal Tensor Forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        // Pooling lets gradients reach every pixel alike, which losses on images need.
        Tensor pooled = halves ? F.avg_pool2d(x, 2) : x;
        Tensor y = F.relu(first.Forward(projection is null ? pooled : x));
        y = second.Forward(y);
        if (projection is not null) y = y.Plus(F.conv2d(pooled, projection));
        return F.relu(y).MoveToOuterDisposeScope();
    }
}

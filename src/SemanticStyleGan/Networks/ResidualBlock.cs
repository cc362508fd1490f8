using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A residual block of the discriminator that halves the size: 3×3 convolution, blur and 3×3 convolution with stride 2; the
/// skip is blurred only where its 1×1 convolution with stride 2 looks. Sum/√2, folded into the weights.
/// </summary>
public sealed class ResidualBlock : nn.Module
{
    [ComponentName(Name = "conv1")]
    private readonly EqualizedConvolution first;
    [ComponentName(Name = "conv2")]
    private readonly EqualizedConvolution second;
    private readonly EqualizedConvolution skip;

    internal ResidualBlock(int input, int output, Initializer initializer) : base(nameof(ResidualBlock))
    {
        first = new EqualizedConvolution(input, input, 3, bias: true, initializer);
        second = new EqualizedConvolution(input, output, 3, bias: true, initializer);
        skip = new EqualizedConvolution(input, output, 1, bias: false, initializer);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, H/2, W/2]</c>, its activations through <paramref name="gates"/> where there are any.</summary>
    internal Tensor Forward(Tensor x, Gates? gates = null)
    {
        using DisposeScope scope = NewDisposeScope();
        bool linear = gates is { Held: true };
        Tensor y = Activation.LeakyInPlace(first.Forward(x, padding: 1, gain: Activation.Gain, linear: linear), gates);
        // The activation's √2 and the sum's 1/√2 cancel.
        y = Activation.LeakyInPlace(second.Forward(Blur.Filter(y, padding: 2), stride: 2, linear: linear), gates);
        Tensor shortcut = skip.Forward(Blur.Filter(x, padding: 1, stride: 2), gain: 1 / Activation.Gain);
        return y.Plus(shortcut).MoveToOuterDisposeScope();
    }
}

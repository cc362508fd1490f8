using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A transposed 4×4 convolution with stride 2, which doubles the size; equalised: weights from N(0, 1), used times 1/√fan-in (4 taps reach a pixel).</summary>
public sealed class TransposedConvolution : nn.Module
{
    private readonly Parameter weight; // [in, out, 4, 4]
    private readonly Parameter bias;   // [out]

    internal TransposedConvolution(int input, int output, Initializer initializer, double deviation = 1) : base(nameof(TransposedConvolution))
    {
        weight = initializer.Normal(deviation, input, output, 4, 4);
        bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, 2H, 2W]</c>; the gain is folded into weight and bias.</summary>
    internal Tensor Forward(Tensor x, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.conv_transpose2d(x, Scaled(weight, gain), gain == 1 ? bias : bias * Constant(gain), strides: [2, 2], padding: [1, 1]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One output channel of each of M inputs: <c>[N, M, in, H, W]</c> to <c>[N, M, 2H, 2W]</c>, channel m from input m; with <paramref name="channels"/> <c>[M]</c>
    /// channel <c>channels[m]</c>.
    /// </summary>
    internal Tensor ForwardEach(Tensor x, Tensor? channels)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor kernel, Tensor shift) = channels is null ? (weight, bias) : (weight.index_select(1, channels), bias.index_select(0, channels));
        (long n, long m, long c) = (x.shape[0], x.shape[1], x.shape[2]);
        kernel = Scaled(kernel, 1).transpose(0, 1).reshape(m * c, 1, 4, 4);
        return F.conv_transpose2d(x.reshape(n, m * c, x.shape[3], x.shape[4]), kernel, shift, strides: [2, 2], padding: [1, 1], groups: m).MoveToOuterDisposeScope();
    }

    private static Tensor Scaled(Tensor weight, double gain) => weight * Constant(gain / Math.Sqrt(weight.shape[0] * 4));
}

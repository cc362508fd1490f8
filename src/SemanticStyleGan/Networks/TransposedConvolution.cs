using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A transposed 4×4 convolution with stride 2, which doubles the size, and a blur by [1,2,1]⊗[1,2,1]/16, together one kernel of 6×6. Without the blur even and odd pixels
/// come from taps of their own, and it learns a checkerboard; with it even input gives even output. Equalised: weights from N(0, 1), used times 1/√channels.
/// </summary>
public sealed class TransposedConvolution : nn.Module
{
    /// <summary>Width and height of the kernel with the blur, and the padding that makes the output twice as large as the input.</summary>
    internal const int Size = 6, Padding = 2;

    private readonly Parameter weight; // [in, out, 4, 4]
    private readonly Parameter bias;   // [out]

    internal TransposedConvolution(int input, int output, Initializer initializer) : base(nameof(TransposedConvolution))
    {
        weight = initializer.Normal(input, output, 4, 4);
        bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, 2H, 2W]</c>; the gain is folded into weight and bias.</summary>
    internal Tensor Forward(Tensor x, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.conv_transpose2d(x, Blurred(weight, gain), gain == 1 ? bias : bias * Constant(gain), strides: [2, 2], padding: [Padding, Padding]).MoveToOuterDisposeScope();
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
        kernel = Blurred(kernel, 1).transpose(0, 1).reshape(m * c, 1, Size, Size);
        return F.conv_transpose2d(x.reshape(n, m * c, x.shape[3], x.shape[4]), kernel, shift, strides: [2, 2], padding: [Padding, Padding], groups: m).MoveToOuterDisposeScope();
    }

    /// <summary>The kernel <c>[in, out, 6, 6]</c> of weights <c>[in, out, 4, 4]</c>.</summary>
    internal static Tensor Blurred(Tensor weight, double gain)
    {
        using DisposeScope scope = NewDisposeScope();
        (long input, long output) = (weight.shape[0], weight.shape[1]);
        Tensor taps = tensor(new float[] { 1, 2, 1 }, device: weight.device) * Constant(0.25), blur = outer(taps, taps * Constant(gain / Math.Sqrt(input))).view(1, 1, 3, 3);
        return F.conv2d(weight.reshape(input * output, 1, 4, 4), blur, padding: [2, 2]).view(input, output, Size, Size).MoveToOuterDisposeScope();
    }
}

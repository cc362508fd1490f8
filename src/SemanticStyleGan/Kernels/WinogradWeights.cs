using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>3×3 weights at the 36 points of <see cref="WinogradTransform"/>, in the order in which <see cref="WinogradConvolution"/> reads them.</summary>
internal static class WinogradWeights
{
    /// <summary>The weights <c>[out, in, 3, 3]</c> as <c>[36, out/32, in, 32]</c>; out is a multiple of 32.</summary>
    internal static Tensor Of(Tensor weight)
    {
        (long output, long input) = (weight.shape[0], weight.shape[1]);
        return Transform(Filter(), weight.reshape(output / 32, 32, input, 9).permute(3, 0, 2, 1), output / 32, input);
    }

    /// <summary>The weights of the convolution with the transpose of <paramref name="weight"/> <c>[out, in, 3, 3]</c>, as <c>[36, in/32, out, 32]</c>; in is a multiple of 32.</summary>
    internal static Tensor OfAdjoint(Tensor weight)
    {
        (long output, long input) = (weight.shape[0], weight.shape[1]);
        return Transform(Filter().flip(1), weight.reshape(output, input / 32, 32, 9).permute(3, 1, 0, 2), input / 32, output);
    }

    /// <summary>The gradient <c>[out, in, 3, 3]</c> of weights whose gradient at the points is <c>[36, in, out]</c>.</summary>
    internal static Tensor Gradient(Tensor atPoints)
    {
        using DisposeScope scope = NewDisposeScope();
        (long input, long output) = (atPoints.shape[1], atPoints.shape[2]);
        Tensor taps = mm(Filter().transpose(0, 1), atPoints.view(WinogradTransform.Points, -1));
        return taps.view(9, input, output).permute(2, 1, 0).reshape(output, input, 3, 3).MoveToOuterDisposeScope();
    }

    /// <summary>The weights <c>[out, in, 3, 3]</c> of a transposed convolution with stride 2, as <see cref="WinogradUpsampling"/> reads them: <c>[36, out/32, in, 32]</c>.</summary>
    internal static Tensor OfUpsampling(Tensor weight)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor filter = tensor(WinogradUpsamplingTransform.Filter()).to(ScalarType.Float32);
        (long output, long input) = (weight.shape[0], weight.shape[1]);
        return Transform(filter, weight.reshape(output / 32, 32, input, 9).permute(3, 0, 2, 1), output / 32, input).MoveToOuterDisposeScope();
    }

    private static Tensor Transform(Tensor filter, Tensor taps, long panels, long inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        return mm(filter, taps.reshape(9, -1)).view(WinogradTransform.Points, panels, inputs, 32).MoveToOuterDisposeScope();
    }

    // [36, 9]
    private static Tensor Filter()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor(WinogradTransform.Filter()); // [6, 3]
        return kron(line, line).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}

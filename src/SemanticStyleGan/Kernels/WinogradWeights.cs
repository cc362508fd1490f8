using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>3×3 weights at the 36 points of <see cref="WinogradTransform"/>, in the order in which <see cref="WinogradConvolution"/> reads them.</summary>
internal static class WinogradWeights
{
    /// <summary>The weights <c>[out, in, 3, 3]</c> as <c>[36, out/32, in, 32]</c>; out is a multiple of 32.</summary>
    internal static Tensor Of(Tensor weight)
    {
        using DisposeScope scope = NewDisposeScope();
        (long output, long input) = (weight.shape[0], weight.shape[1]);
        Tensor filter = tensor(WinogradTransform.Filter()); // [6, 3]
        Tensor taps = weight.reshape(output / 32, 32, input, 9).permute(3, 0, 2, 1).reshape(9, -1);
        return mm(kron(filter, filter).to(ScalarType.Float32), taps).view(36, output / 32, input, 32).MoveToOuterDisposeScope();
    }
}

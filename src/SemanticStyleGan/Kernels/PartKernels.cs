using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>What happens before the parts meet and where they do, on tensors, without gradients: float32 on the CPU. Maps <c>[M, C, P]</c> have their channels last in memory.</summary>
internal static unsafe class PartKernels
{
    /// <summary>Whether the kernels take these hidden channels, and no gradient is asked for.</summary>
    internal static bool Fit(long channels, Tensor weight) =>
        MatrixKernel.IsSupported && !is_grad_enabled() && channels % MatrixKernel.Columns == 0 && weight.dtype == ScalarType.Float32 && weight.device.type == DeviceType.CPU;

    /// <summary>The maps <c>[M, C, P]</c> after <paramref name="depthLayers"/> layers leaky_relu(W·h + b, 0.2) and after all.</summary>
    /// <param name="features">What the first layer takes, <c>[1 or M, C, P]</c>.</param>
    /// <param name="weights"><c>[M, L, C, C]</c> (out, in).</param>
    /// <param name="biases"><c>[M, L, C]</c>.</param>
    /// <param name="depthLayers">1 to L.</param>
    internal static (Tensor AtDepth, Tensor Last) RunLayers(Tensor features, Tensor weights, Tensor biases, int depthLayers)
    {
        using DisposeScope scope = NewDisposeScope();
        (long maps, long layers, long channels, long pixels) = (weights.shape[0], weights.shape[1], weights.shape[2], features.shape[2]);
        (features, weights, biases) = (features.transpose(1, 2).contiguous(), weights.transpose(2, 3).contiguous(), biases.contiguous());
        (Tensor atDepth, Tensor last) = (empty(maps, pixels, channels), empty(maps, pixels, channels));
        new LocalKernel((int)maps, (int)layers, (int)channels, (int)pixels).Forward(
            Address(features), features.shape[0] == 1, Address(weights), Address(biases), depthLayers, Address(atDepth), Address(last));
        return (atDepth.transpose(1, 2).MoveToOuterDisposeScope(), last.transpose(1, 2).MoveToOuterDisposeScope());
    }

    /// <summary>Σ_k m_k (W_k h_k + b_k), <c>[N, P, F]</c>.</summary>
    /// <param name="hidden">h, <c>[N·K, C, P]</c>.</param>
    /// <param name="shares">m, <c>[N, K, P]</c>.</param>
    /// <param name="heads">W, <c>[K, F, C]</c>; F is a multiple of 32.</param>
    /// <param name="bias">b, <c>[K, F]</c>.</param>
    internal static Tensor Fuse(Tensor hidden, Tensor shares, Tensor heads, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long k, long p) = (shares.shape[0], shares.shape[1], shares.shape[2]);
        (long f, long c) = (heads.shape[1], heads.shape[2]);
        (hidden, shares, heads) = (hidden.transpose(1, 2).contiguous(), shares.contiguous(), heads.view(k, f / 32, 32, c).transpose(2, 3).contiguous());
        Tensor fused = empty(n, p, f);
        new FusionKernel((int)k, (int)c, (int)f, (int)p).Forward((int)n, Address(hidden), Address(shares), Address(heads), Address(bias), Address(fused));
        return fused.MoveToOuterDisposeScope();
    }

    private static float* Address(Tensor x) => (float*)PixelMap.AddressOf(x);
}

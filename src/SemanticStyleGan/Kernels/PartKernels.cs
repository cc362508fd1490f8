using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>What happens before the parts meet and where they do, on tensors: float32 on the CPU. Maps <c>[M, C, P]</c> have their channels last in memory.</summary>
internal static unsafe class PartKernels
{
    /// <summary>Whether the kernels take these hidden channels.</summary>
    internal static bool Fit(long channels, Tensor weight) =>
        MatrixKernel.IsSupported && channels % MatrixKernel.Columns == 0 && weight.dtype == ScalarType.Float32 && weight.device.type == DeviceType.CPU;

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
        nint[] results = new nint[layers];
        (results[depthLayers - 1], results[layers - 1]) = ((nint)Address(atDepth), (nint)Address(last));
        new LocalKernel((int)maps, (int)layers, (int)channels, (int)pixels).Forward(Address(features), features.shape[0] == 1, Address(weights), Address(biases), results);
        return ((depthLayers == layers ? last : atDepth).transpose(1, 2).MoveToOuterDisposeScope(), last.transpose(1, 2).MoveToOuterDisposeScope());
    }

    /// <summary>The maps <c>[M, P, C]</c> after every layer, of features <c>[1 or M, P, C]</c>; weights and biases as for <see cref="RunLayers"/>.</summary>
    internal static Tensor[] EveryLayer(Tensor features, Tensor weights, Tensor biases)
    {
        using DisposeScope scope = NewDisposeScope();
        (long maps, long layers, long channels, long pixels) = (weights.shape[0], weights.shape[1], weights.shape[2], features.shape[1]);
        (features, weights, biases) = (features.contiguous(), weights.transpose(2, 3).contiguous(), biases.contiguous());
        Tensor[] hidden = [.. Enumerable.Range(0, (int)layers).Select(_ => empty(maps, pixels, channels))];
        new LocalKernel((int)maps, (int)layers, (int)channels, (int)pixels).Forward(Address(features), features.shape[0] == 1, Address(weights), Address(biases), Addresses(hidden));
        return [.. hidden.Select(h => h.MoveToOuterDisposeScope())];
    }

    /// <summary>The gradients of features, weights and biases.</summary>
    /// <param name="features">As for <see cref="EveryLayer"/>.</param>
    /// <param name="weights">As for <see cref="RunLayers"/>.</param>
    /// <param name="hidden">What <see cref="EveryLayer"/> gave.</param>
    /// <param name="depthLayers">After how many layers <paramref name="atDepth"/> joins.</param>
    /// <param name="atDepth">The gradient of the map there, <c>[M, P, C]</c>.</param>
    /// <param name="last">The gradient of the last map, <c>[M, P, C]</c>.</param>
    /// <param name="ofFeatures">Whether the features' gradient is asked for.</param>
    internal static (Tensor? Features, Tensor Weights, Tensor Biases) LayerGradients(
        Tensor features, Tensor weights, Tensor[] hidden, int depthLayers, Tensor atDepth, Tensor last, bool ofFeatures)
    {
        using DisposeScope scope = NewDisposeScope();
        (long maps, long layers, long channels, long pixels) = (weights.shape[0], weights.shape[1], weights.shape[2], features.shape[1]);
        bool shared = features.shape[0] == 1;
        LocalKernel kernel = new((int)maps, (int)layers, (int)channels, (int)pixels);
        (features, weights, atDepth, last) = (features.contiguous(), weights.contiguous(), atDepth.contiguous(), last.contiguous());
        (Tensor ofWeights, Tensor ofBiases) = (empty(maps, layers, channels, channels), empty(maps, layers, channels));
        Tensor? perMap = ofFeatures ? empty(shared ? kernel.Groups : maps, pixels, channels) : null;
        kernel.Backward(
            Address(features), shared, Address(weights), Addresses(hidden), depthLayers, Address(atDepth), Address(last), Address(ofWeights), Address(ofBiases), perMap is null ? null : Address(perMap));
        if (shared) perMap = perMap?.sum([0], keepdim: true);
        return (perMap?.MoveToOuterDisposeScope(), ofWeights.MoveToOuterDisposeScope(), ofBiases.MoveToOuterDisposeScope());
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

    /// <summary>The gradients of what <see cref="Fuse"/> computes, in the order of its parameters; <paramref name="gradient"/> is that of the result, <c>[N, P, F]</c>, and hidden maps are <c>[N·K, P, C]</c>.</summary>
    internal static (Tensor Hidden, Tensor Shares, Tensor Heads, Tensor Bias) FusionGradients(Tensor hidden, Tensor shares, Tensor heads, Tensor bias, Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long k, long p, long f, long c) = (shares.shape[0], shares.shape[1], shares.shape[2], heads.shape[1], heads.shape[2]);
        (hidden, shares, heads, bias, gradient) = (hidden.contiguous(), shares.contiguous(), heads.contiguous(), bias.contiguous(), gradient.contiguous());
        (Tensor ofHidden, Tensor ofShares, Tensor ofHeads, Tensor ofBias) = (empty(n * k, p, c), empty(n, k, p), empty(k, f, c), empty(k, f));
        new FusionKernel((int)k, (int)c, (int)f, (int)p).Backward(
            (int)n, Address(hidden), Address(shares), Address(heads), Address(bias), Address(gradient), Address(ofHidden), Address(ofShares), Address(ofHeads), Address(ofBias));
        return (ofHidden.MoveToOuterDisposeScope(), ofShares.MoveToOuterDisposeScope(), ofHeads.MoveToOuterDisposeScope(), ofBias.MoveToOuterDisposeScope());
    }

    private static nint[] Addresses(Tensor[] maps) => [.. maps.Select(PixelMap.AddressOf)];

    private static float* Address(Tensor x) => (float*)PixelMap.AddressOf(x);
}

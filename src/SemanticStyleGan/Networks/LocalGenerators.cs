using SemanticStyleGan.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The K local generators (paper §3.2): for each part L modulated 1×1 convolutions, a depth head after
/// <see cref="GeneratorConfig.DepthLayers"/> of them and a feature head after the last. The parts are a dimension of every
/// weight, not a loop: one batched product runs a layer of all parts and samples.
/// </summary>
public sealed class LocalGenerators : nn.Module
{
    private readonly GeneratorConfig config;
    private readonly Parameter weight;        // [K, L, C, C] (part, layer, out, in)
    private readonly Parameter bias;          // [K, L, C]
    [ComponentName(Name = "affine_weight")]
    private readonly Parameter affineWeight;  // [K, L, C, D]
    [ComponentName(Name = "affine_bias")]
    private readonly Parameter affineBias;    // [K, L, C]

    internal LocalGenerators(GeneratorConfig config, Initializer initializer) : base(nameof(LocalGenerators))
    {
        this.config = config;
        (long k, long l, long c, long d) = (config.Parts, config.LocalLayers, config.LocalChannels, config.StyleSize);
        weight = initializer.Normal(k, l, c, c);
        bias = initializer.Constant(0, k, l, c);
        affineWeight = initializer.Normal(k, l, c, d);
        affineBias = initializer.Constant(1, k, l, c);
        RegisterComponents();
    }

    /// <summary>See <see cref="CompositionalGenerator.FoldTruncation"/>.</summary>
    internal void FoldTruncation(Tensor mean, double truncation, IReadOnlyList<int>? slots)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] ofLayers = [.. new LatentCode(config).SlotOfLayer.Select(slot => slots?.Contains((int)slot) ?? true ? truncation : 1)];
        Tensor t = tensor(ofLayers, dtype: ScalarType.Float32, device: affineBias.device).view(config.Parts, config.LocalLayers, 1); // [K, L, 1]
        affineBias.add_(affineWeight.matmul(mean) * ((Constant(1) - t) * Constant(1 / Math.Sqrt(config.StyleSize))), Constant(1));
        affineWeight.mul_(t.unsqueeze(3));
    }

    /// <summary>
    /// Runs all parts. <paramref name="codes"/> <c>[N, K·L, D]</c>, <paramref name="features"/> <c>[1, C, P]</c> for one grid shared by
    /// all or <c>[N·K, C, P]</c>. Returns the maps at the depth output and after the last layer, each <c>[N·K, C, P]</c>. With
    /// <paramref name="parts"/>, K indices, only these parts are run.
    /// </summary>
    internal (Tensor AtDepth, Tensor Last) Forward(Tensor codes, Tensor features, Tensor? parts = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = codes.shape[0];
        (long k, long l, long c) = (parts?.shape[0] ?? config.Parts, config.LocalLayers, config.LocalChannels);
        Tensor Of(Tensor all) => parts is null ? all : all.index_select(0, parts);
        Tensor weights = ModulatedWeights(codes, Of(weight), Of(affineWeight), Of(affineBias)); // [N, K, L, C, C]
        Tensor biases = (Of(bias) * Constant(Activation.Gain)).expand(n, k, l, c).reshape(n * k, l, c, 1);
        if (PartKernels.Fit(c, weight) && !(is_grad_enabled() && (config.DetachTexture || SecondDerivatives.Wanted)))
        {
            weights = weights.view(n * k, l, c, c);
            (Tensor shapes, Tensor looks) = is_grad_enabled()
                ? LocalLayersFunction.Run(features, weights, biases.squeeze(-1), config.DepthLayers)
                : PartKernels.RunLayers(features, weights, biases.squeeze(-1), config.DepthLayers);
            return (shapes.MoveToOuterDisposeScope(), looks.MoveToOuterDisposeScope());
        }
        // All layers at once: the gradient of one layer's slice would be as large as that of all.
        (Tensor[] layerWeights, Tensor[] layerBiases) = (weights.unbind(2), biases.unbind(1));

        Tensor hidden = features;
        Tensor? atDepth = null;
        for (int layer = 0; layer < l; layer++)
        {
            Tensor w = layerWeights[layer].view(n * k, c, c);
            hidden = layer == 0 && features.shape[0] == 1
                ? mm(w.reshape(n * k * c, c), features[0]).view(n * k, c, -1)            // the shared grid: one product for all
                : bmm(w, hidden);
            hidden = Activation.LeakyInPlace(hidden.add_(layerBiases[layer], Constant(1)));
            if (layer != config.DepthLayers - 1) continue;
            atDepth = hidden;
            if (config.DetachTexture && layer < l - 1) hidden = DetachedButBackground(hidden);
        }
        return (atDepth!.MoveToOuterDisposeScope(), hidden.MoveToOuterDisposeScope());
    }

    // The background has no depth output, so its gradient does not stop there.
    private Tensor DetachedButBackground(Tensor hidden)
    {
        Tensor parts = hidden.view(-1, config.Parts, hidden.shape[1], hidden.shape[2]);
        return cat([parts.narrow(1, 0, 1), parts.narrow(1, 1, config.Parts - 1).detach()], 1).view(hidden.shape);
    }

    // Scale by style, then demodulate over input channels (StyleGAN2); the activation's gain is folded in.
    private static Tensor ModulatedWeights(Tensor codes, Tensor weight, Tensor affineWeight, Tensor affineBias)
    {
        long n = codes.shape[0];
        (long k, long l, long c, long d) = (affineWeight.shape[0], affineWeight.shape[1], affineWeight.shape[2], affineWeight.shape[3]);
        Tensor styles = bmm(codes.transpose(0, 1), (affineWeight * Constant(1 / Math.Sqrt(d))).view(k * l, c, d).transpose(1, 2)); // [K·L, N, C]
        styles = styles.Plus(affineBias.view(k * l, 1, c)).transpose(0, 1).contiguous().view(n, k, l, 1, c);
        Tensor scaled = weight * (styles * Constant(1 / Math.Sqrt(c)));
        return scaled * ((scaled.pow(Constant(2)).sum(-1, keepdim: true) + Constant(1e-8)).rsqrt() * Constant(Activation.Gain));
    }
}

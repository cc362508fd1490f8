using System.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>The encoder of the semantic consistency loss: one part's mask to a code of the styles' size, by convolutions with stride 2 down to 4×4 and a linear layer. Used in training only.</summary>
public sealed class MaskEncoder : nn.Module
{
    private const int End = 4, FirstChannels = 16, MostChannels = 64;
    private readonly ModuleList<EqualizedConvolution> layers = [];
    private readonly EqualizedLinear output;

    internal MaskEncoder(GeneratorConfig config, Initializer initializer) : base(nameof(MaskEncoder))
    {
        int channels = 1;
        for (int i = 0; i < BitOperations.Log2((uint)(config.CoarseSize / End)); i++)
        {
            int next = Math.Min(MostChannels, FirstChannels << i);
            layers.Add(new EqualizedConvolution(channels, next, 3, bias: true, initializer));
            channels = next;
        }
        output = new EqualizedLinear(channels * End * End, config.StyleSize, initializer);
        RegisterComponents();
    }

    /// <summary>Codes <c>[N, K, D]</c> of masks <c>[N, K, S, S]</c> in [0, 1].</summary>
    internal Tensor Forward(Tensor masks)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long k) = (masks.shape[0], masks.shape[1]);
        Tensor x = masks.reshape(n * k, 1, masks.shape[2], masks.shape[3]);
        foreach (EqualizedConvolution layer in layers) x = Activation.LeakyInPlace(layer.Forward(x, padding: 1, stride: 2, gain: Activation.Gain));
        return output.Forward(x.flatten(1)).view(n, k, -1).MoveToOuterDisposeScope();
    }
}

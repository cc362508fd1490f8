using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The mask generator of the mask/style formulation: z_m to C×4×4, then transposed convolutions with stride 2 that halve the channels, leaky ReLU 0.2 between them, to a
/// logit for every part; a softmax over the parts makes masks of them.
/// </summary>
public sealed class MaskGenerator : nn.Module
{
    private const int Start = 4;

    private readonly EqualizedLinear input;
    private readonly ModuleList<TransposedConvolution> layers = [];

    internal MaskGenerator(GeneratorConfig config, Initializer initializer) : base(nameof(MaskGenerator))
    {
        int channels = config.CoarseChannels;
        input = new EqualizedLinear(config.StyleSize / 2, channels * Start * Start, initializer);
        for (int size = Start; size < config.CoarseSize; size *= 2)
        {
            int output = 2 * size == config.CoarseSize ? config.Parts : Math.Max(1, channels / 2);
            layers.Add(new TransposedConvolution(channels, output, initializer));
            channels = output;
        }
        RegisterComponents();
    }

    /// <summary>The weight <c>[C·16, D/2]</c> that takes z_m.</summary>
    internal Tensor CodeWeights() => input.ScaledWeight();

    /// <summary>See <see cref="CompositionalGenerator.FoldTruncation"/>; of the mean z_m <c>[D/2]</c>.</summary>
    internal void FoldTruncation(Tensor mean, double truncation) => input.FoldTruncation(mean, truncation);

    /// <summary>Logits <c>[N, K, S, S]</c> of all parts of z_m <c>[N, D/2]</c>.</summary>
    internal Tensor Forward(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        return layers[^1].Forward(Hidden(codes)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits <c>[N, M, S, S]</c>, of each part those that it would have with its own z_m <c>[N, M, D/2]</c>; of all parts or of <paramref name="parts"/> <c>[M]</c>.</summary>
    internal Tensor ForwardEach(Tensor codes, Tensor? parts)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Hidden(codes.flatten(0, 1));
        return layers[^1].ForwardEach(hidden.view([codes.shape[0], codes.shape[1], .. hidden.shape[1..]]), parts).MoveToOuterDisposeScope();
    }

    private Tensor Hidden(Tensor codes)
    {
        Tensor x = Activation.LeakyInPlace(input.Forward(codes, Activation.Gain)).view(codes.shape[0], -1, Start, Start);
        for (int i = 0; i < layers.Count - 1; i++) x = Activation.LeakyInPlace(layers[i].Forward(x, Activation.Gain));
        return x;
    }
}

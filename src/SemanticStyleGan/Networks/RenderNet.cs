using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Renders the fused features to image and mask (paper §3.4): doubles the size stage by stage, with skip heads for RGB and
/// for the K mask channels; the mask is a refinement of the coarse one.
/// </summary>
public sealed class RenderNet : nn.Module
{
    private readonly GeneratorConfig config;
    private readonly ModuleList<StyledConvolution> convolutions = [];
    [ComponentName(Name = "image_heads")]
    private readonly ModuleList<PlainHead> imageHeads = [];
    [ComponentName(Name = "mask_heads")]
    private readonly ModuleList<PlainHead> maskHeads = [];

    internal RenderNet(GeneratorConfig config, Initializer initializer) : base(nameof(RenderNet))
    {
        this.config = config;
        int input = config.CoarseChannels;
        for (int stage = 0; stage < config.RenderStages; stage++)
        {
            int size = config.MinFeatureSize << (stage + 1);
            int output = config.Channels(size);
            if (size / 2 == config.CoarseSize) input += config.CoarseChannels;
            convolutions.Add(new StyledConvolution(input, output, size, upsampling: true, initializer));
            convolutions.Add(new StyledConvolution(output, output, size, upsampling: false, initializer));
            imageHeads.Add(new PlainHead(output, 3, initializer));
            maskHeads.Add(new PlainHead(output, config.Parts, initializer));
            input = output;
        }
        RegisterComponents();
    }

    /// <summary>Runs the convolution of an index on <c>[N, in, H, W]</c> with a noise map or the stored one.</summary>
    internal delegate Tensor Convolve(int index, Tensor x, Tensor? noise);

    /// <summary>The sizes of the noise maps, in order of their use.</summary>
    internal IReadOnlyList<int> NoiseSizes => [.. convolutions.Select(c => c.Size)];

    /// <summary>The convolutions, in order of their use.</summary>
    internal IReadOnlyList<StyledConvolution> Convolutions => [.. convolutions];

    /// <summary>The mask heads' parameters.</summary>
    internal IEnumerable<Tensor> MaskParameters() => maskHeads.parameters();

    /// <summary>Takes maps <c>[1, 1, H, W]</c> in place of the stored ones.</summary>
    internal void StoreNoise(IReadOnlyList<Tensor> maps)
    {
        for (int i = 0; i < convolutions.Count; i++) convolutions[i].StoreNoise(maps[i]);
    }

    /// <summary>
    /// Image <c>[N, 3, R, R]</c> and mask <c>[N, K, R, R]</c> of fused features <c>[N, F, S, S]</c> and coarse mask <c>[N, K, S, S]</c>.
    /// <paramref name="noise"/> gives a map for every convolution, the stored ones where null; <paramref name="convolve"/> takes the place of a
    /// convolution by its index.
    /// </summary>
    internal (Tensor Image, Tensor Mask) Forward(Tensor features, Tensor coarseMask, IReadOnlyList<Tensor>? noise, Convolve? convolve = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor both = Run(features, coarseMask, convolve ?? ((i, x, map) => convolutions[i].Forward(x, map)), noise);
        return (both.narrow(1, 0, 3).MoveToOuterDisposeScope(), both.narrow(1, 3, config.Parts).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The image alone. Where <paramref name="gates"/> are held, the linear map that its derivative with respect to the features is: of a change of them <c>[N, F, S, S]</c>
    /// the change of the image.
    /// </summary>
    internal Tensor Image(Tensor features, IReadOnlyList<Tensor>? noise, Gates gates) =>
        Run(features, coarseMask: null, (i, x, map) => convolutions[i].Forward(x, map, gates), noise, gates.Held);

    // [N, 3 + K, R, R], or [N, 3, R, R] where there is no coarse mask.
    private Tensor Run(Tensor features, Tensor? coarseMask, Convolve convolve, IReadOnlyList<Tensor>? noise, bool linear = false)
    {
        using DisposeScope scope = NewDisposeScope();
        int pooling = config.CoarseSize / config.MinFeatureSize;
        Tensor x = F.avg_pool2d(features, pooling);
        Tensor? skip = null;
        // At once: together the maps of all stages are as large as the last one's twice.
        void Replace(Tensor next)
        {
            x.Dispose();
            x = next;
        }

        for (int stage = 0; stage < imageHeads.Count; stage++)
        {
            if (x.shape[2] == config.CoarseSize) Replace(cat([x, features], 1));
            for (int i = 2 * stage; i < 2 * stage + 2; i++)
                Replace(convolve(i, x, noise?[i]));
            Tensor heads = coarseMask is null ? PointwiseConvolution.Run(x, imageHeads[stage].Weight(), linear ? null : imageHeads[stage].Bias) : Heads(x, stage);
            skip = skip is null ? heads : heads.Plus(Blur.Upsample(skip));
            if (coarseMask is not null && config.ResidualRefinement && x.shape[2] == config.CoarseSize)
                skip = cat([skip.narrow(1, 0, 3), skip.narrow(1, 3, config.Parts).Plus(coarseMask)], 1);
        }
        return skip!.MoveToOuterDisposeScope();
    }

    // RGB and mask heads as one convolution.
    private Tensor Heads(Tensor x, int stage)
    {
        Tensor weight = cat([imageHeads[stage].Weight(), maskHeads[stage].Weight()], 0);
        Tensor bias = cat([imageHeads[stage].Bias, maskHeads[stage].Bias], 0);
        return PointwiseConvolution.Run(x, weight, bias);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The synthesis network of the mask/style formulation, of StyleGAN2's type: a learned 4×4 constant, modulated convolutions that double the size stage by
/// stage, skip heads for RGB. One set of weights serves all parts; a part's style makes its image.
/// </summary>
public sealed class PartSynthesis : nn.Module
{
    private readonly Parameter constant; // [1, C, 4, 4]
    private readonly ModuleList<ModulatedConvolution> convolutions = [];
    [ComponentName(Name = "image_heads")]
    private readonly ModuleList<ModulatedHead> imageHeads = [];

    internal PartSynthesis(GeneratorConfig config, Initializer initializer) : base(nameof(PartSynthesis))
    {
        int size = config.MinFeatureSize, input = config.PartChannels(size), d = config.StyleSize;
        constant = initializer.Normal(1, input, size, size);
        convolutions.Add(new ModulatedConvolution(d, input, input, size, upsampling: false, initializer));
        imageHeads.Add(new ModulatedHead(d, input, 3, initializer));
        while (size < config.ImageSize)
        {
            size *= 2;
            int output = config.PartChannels(size);
            convolutions.Add(new ModulatedConvolution(d, input, output, size, upsampling: true, initializer));
            convolutions.Add(new ModulatedConvolution(d, output, output, size, upsampling: false, initializer));
            imageHeads.Add(new ModulatedHead(d, output, 3, initializer));
            input = output;
        }
        RegisterComponents();
    }

    /// <summary>The sizes of the noise maps, in order of their use.</summary>
    internal IReadOnlyList<int> NoiseSizes => [.. convolutions.Select(c => c.Size)];

    /// <summary>Takes maps <c>[1, 1, H, W]</c> in place of the stored ones.</summary>
    internal void StoreNoise(IReadOnlyList<Tensor> maps)
    {
        for (int i = 0; i < convolutions.Count; i++) convolutions[i].StoreNoise(maps[i]);
    }

    /// <summary>Images <c>[B, 3, R, R]</c> of styles <c>[B, D]</c>; <paramref name="noise"/> gives a map <c>[B or 1, 1, H, W]</c> for every convolution, the stored ones where null.</summary>
    internal Tensor Forward(Tensor styles, IReadOnlyList<Tensor>? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor start = constant.expand(styles.shape[0], -1, -1, -1);
        Tensor x = convolutions[0].Forward(ChannelsLast.Of(start), styles, noise?[0]);
        Tensor image = imageHeads[0].Forward(x, styles);
        for (int stage = 1; stage < imageHeads.Count; stage++)
        {
            for (int i = 2 * stage - 1; i <= 2 * stage; i++) x = convolutions[i].Forward(x, styles, noise?[i]);
            image = imageHeads[stage].Forward(x, styles).add_(Blur.Upsample(image), Constant(1));
        }
        return image.MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The mask/style formulation: masks of z_m, a style for each part of z_s, an image for each style by one shared network; the image is Σ mask_k · image_k, the background
/// included. A code of size D is z_m and z_s, one after the other. In W+ a part's shape slot holds the z_m that its mask logits are made of (z_s is not looked at),
/// its texture slot the z_s of its style: with one w in all slots that is the formulation as it is, and parts can be edited as those of local generators.
/// </summary>
public sealed class MaskStyleGenerator : CompositionalGenerator
{
    [ComponentName(Name = "masks")]
    private readonly MaskGenerator masks;
    private readonly StyleGenerator styles;
    private readonly PartSynthesis synthesis;
    [ComponentName(Name = "mask_encoder")]
    private readonly MaskEncoder maskEncoder;

    /// <summary>A generator with fresh weights.</summary>
    /// <exception cref="InputException">The configuration is not consistent, or of another architecture.</exception>
    public MaskStyleGenerator(GeneratorConfig config, Initializer initializer) : base(nameof(MaskStyleGenerator), config, GeneratorArchitecture.MaskStyle, initializer)
    {
        masks = new MaskGenerator(config, initializer);
        styles = new StyleGenerator(config, initializer);
        synthesis = new PartSynthesis(config, initializer);
        maskEncoder = new MaskEncoder(config, initializer);
        RegisterComponents();
    }

    /// <summary>z_m to mask logits.</summary>
    public MaskGenerator Masks => masks;

    /// <summary>z_s to styles.</summary>
    public StyleGenerator Styles => styles;

    /// <summary>Styles to the parts' images.</summary>
    public PartSynthesis Synthesis => synthesis;

    /// <summary>Masks to codes that are compared with the styles in training.</summary>
    public MaskEncoder MaskEncoder => maskEncoder;

    /// <inheritdoc/>
    public override IReadOnlyList<int> NoiseSizes => synthesis.NoiseSizes;

    internal override bool PartsTakeNoise => true;

    /// <summary>w is z: there is no mapping network.</summary>
    public override Tensor Map(Tensor z) => z.alias();

    internal override void StoreNoise(IReadOnlyList<Tensor> maps) => synthesis.StoreNoise(maps);

    /// <summary>The styles <c>[N, K, D]</c> of a code, see <see cref="CompositionalGenerator.Synthesize"/>.</summary>
    internal Tensor StylesOf(Tensor code)
    {
        using DisposeScope scope = NewDisposeScope();
        return styles.Forward(Split(Latents.Expand(code)).Looks).MoveToOuterDisposeScope();
    }

    /// <summary>Mask logits <c>[N·M, 1, S, S]</c> and images <c>[N·M, 3, R, R]</c>; all parts of a sample have its noise.</summary>
    internal override (Tensor Shapes, Tensor Looks) RunParts(Tensor codes, SynthesisInput? input, Tensor? parts = null)
    {
        if (input?.Coordinates is not null) throw new InputException("this model's parts have no coordinates (architecture mask-style), so they can't be moved, scaled or turned.");
        using DisposeScope scope = NewDisposeScope();
        (Tensor shapeCodes, Tensor lookCodes) = Split(codes);
        (long n, long m, long s) = (shapeCodes.shape[0], shapeCodes.shape[1], Config.CoarseSize);
        // All slots are one w: then all parts' logits come from one pass.
        bool shared = parts is null && codes.stride(1) == 0;
        Tensor logits = shared ? masks.Forward(shapeCodes.select(1, 0)) : masks.ForwardEach(shapeCodes, parts);
        Tensor[]? noise = input?.Noise is { } maps ? [.. maps.Select(map => map.expand(n, -1, -1, -1).repeat_interleave(m, 0))] : null;
        Tensor images = synthesis.Forward(styles.Forward(lookCodes, parts).view(n * m, -1), noise);
        return (logits.reshape(n * m, 1, s, s).MoveToOuterDisposeScope(), images.MoveToOuterDisposeScope());
    }

    /// <summary>Masks of the logits, and the images blended by them; the mask logits take the place of depths.</summary>
    internal override GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input, RenderNet.Convolve? convolve)
    {
        using DisposeScope scope = NewDisposeScope();
        (long k, long s, long r) = (Config.Parts, Config.CoarseSize, Config.ImageSize);
        Tensor logits = shapes.view(-1, k, s * s);
        Tensor coarse = Fusion.Visibility(logits, input?.CompositionMask).view(-1, k, s, s);
        Tensor mask = s == r ? coarse : F.interpolate(coarse, [r, r], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor image = (looks.view(-1, k, 3, r, r) * mask.unsqueeze(2)).sum([1]);
        return new GeneratorOutput(image, mask * Constant(2) - Constant(1), coarse * Constant(2) - Constant(1), logits.view(-1, k, s, s)).MoveToOuterDisposeScope();
    }

    internal override Tensor CodeWeights(int slot)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = slot % 2 == 0 ? masks.CodeWeights() : styles.CodeWeights(slot / 2); // [rows, D/2]
        Tensor unused = zeros_like(weight);
        return cat(slot % 2 == 0 ? [weight, unused] : [unused, weight], 1).MoveToOuterDisposeScope();
    }

    internal override void FoldTruncation(Tensor mean, double truncation, IReadOnlyList<int>? slots)
    {
        if (slots is not null) WithLocalGenerators("truncation of chosen slots");
        using DisposeScope scope = NewDisposeScope();
        long d = Config.StyleSize / 2;
        masks.FoldTruncation(mean.narrow(0, 0, d), truncation);
        styles.FoldTruncation(mean.narrow(0, d, d), truncation);
    }

    // Per-layer codes [N, 2M, D] to z_m and z_s of each part, [N, M, D/2] both.
    private (Tensor Shapes, Tensor Looks) Split(Tensor codes)
    {
        long d = Config.StyleSize / 2;
        return (codes.slice(1, 0, codes.shape[1], 2).narrow(2, 0, d), codes.slice(1, 1, codes.shape[1], 2).narrow(2, d, d));
    }
}

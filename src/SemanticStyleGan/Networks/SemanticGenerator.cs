using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>The generator of SemanticStyleGAN (paper §3): mapping network, local generators, fusion and render net.</summary>
public sealed class SemanticGenerator : CompositionalGenerator
{
    private readonly MappingNetwork mapping;
    private readonly FourierFeatures fourier;
    private readonly LocalGenerators local;
    private readonly DepthHeads depth;
    private readonly Fusion feature;
    private readonly RenderNet render;

    /// <summary>A generator with fresh weights.</summary>
    /// <exception cref="InputException">The configuration is not consistent.</exception>
    public SemanticGenerator(GeneratorConfig config, Initializer initializer) : base(nameof(SemanticGenerator), config, GeneratorArchitecture.LocalGenerators, initializer)
    {
        mapping = new MappingNetwork(config, initializer);
        fourier = new FourierFeatures(config, initializer);
        local = new LocalGenerators(config, initializer);
        depth = new DepthHeads(config, initializer);
        feature = new Fusion(config, initializer);
        render = new RenderNet(config, initializer);
        RegisterComponents();
    }

    /// <summary>z to w.</summary>
    public MappingNetwork Mapping => mapping;

    internal RenderNet Render => render;

    /// <inheritdoc/>
    public override IReadOnlyList<int> NoiseSizes => render.NoiseSizes;

    /// <inheritdoc/>
    public override Tensor Map(Tensor z) => mapping.Forward(z);

    internal override void StoreNoise(IReadOnlyList<Tensor> maps) => render.StoreNoise(maps);

    /// <summary>The parameters that belong to the parts: local generators, their depth and feature heads, and the coordinates' features before them.</summary>
    internal IEnumerable<Tensor> LocalParameters() => ((nn.Module[])[fourier, local, depth, feature]).SelectMany(m => m.parameters());

    /// <summary>The parameters that pictures depend on: all but the mask heads'.</summary>
    internal IEnumerable<Tensor> PictureParameters() => parameters().Except(render.MaskParameters(), ReferenceEqualityComparer.Instance).Cast<Tensor>();

    /// <summary>The hidden maps at the depth output and at the end, each <c>[N·M, C, P]</c>; coordinates <c>[N or 1, M, 2, S, S]</c> or the regular grid.</summary>
    internal override (Tensor Shapes, Tensor Looks) RunParts(Tensor codes, SynthesisInput? input, Tensor? parts = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = codes.shape[0], m = parts?.shape[0] ?? Config.Parts, s = Config.CoarseSize;
        Tensor? coordinates = parts is null ? input?.Coordinates : input?.Coordinates?.index_select(1, parts);
        Tensor? grid = coordinates?.expand(n, m, 2, s, s).reshape(n * m, 2, s, s);
        (Tensor atDepth, Tensor hidden) = local.Forward(codes, fourier.Forward(grid), parts);
        return (atDepth.MoveToOuterDisposeScope(), hidden.MoveToOuterDisposeScope());
    }

    /// <summary>Fuses and renders hidden maps of all parts.</summary>
    internal override GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input, RenderNet.Convolve? convolve) =>
        Compose(shapes, looks, input, convolve, holdDepths: false);

    /// <inheritdoc/>
    internal override GeneratorOutput SynthesizeHoldingDepths(Tensor code, SynthesisInput? input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor shapes, Tensor looks) = RunParts(Latents.Expand(code), input);
        return Compose(shapes, looks, input, convolve: null, holdDepths: true).MoveToOuterDisposeScope();
    }

    private GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input, RenderNet.Convolve? convolve, bool holdDepths)
    {
        using DisposeScope scope = NewDisposeScope();
        (long s, long k) = (Config.CoarseSize, Config.Parts);
        long n = looks.shape[0] / k;
        Tensor depths = depth.Forward(shapes);
        Tensor visibility = Fusion.Visibility(depths, input?.CompositionMask);
        if (holdDepths) visibility = visibility.detach();
        Tensor features = feature.Forward(looks, visibility);
        Tensor coarseMask = (visibility * Constant(2) - Constant(1)).view(n, k, s, s);
        (Tensor image, Tensor mask) = render.Forward(features, coarseMask, input?.Noise, convolve);
        return new GeneratorOutput(image, mask, coarseMask, depths.view(n, k, s, s)).MoveToOuterDisposeScope();
    }

    /// <summary>The fused features <c>[N, F, S, S]</c> of per-layer codes <c>[N, K·L, D]</c>, of which the render net makes the image.</summary>
    internal Tensor Features(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor shapes, Tensor looks) = RunParts(codes, input: null);
        return feature.Forward(looks, Fusion.Visibility(depth.Forward(shapes), compositionMask: null)).MoveToOuterDisposeScope();
    }

    /// <summary>The affine weights of the layers that a slot reaches.</summary>
    internal override Tensor CodeWeights(int slot)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor affine = Weights.Of(this)["local.affine_weight"].flatten(0, 1);                        // [K·L, C, D]
        long[] layers = [.. Enumerable.Range(0, Config.LayerCodes).Where(layer => Latents.SlotOfLayer[layer] == slot).Select(layer => (long)layer)];
        return affine.index_select(0, tensor(layers, device: affine.device)).flatten(0, 1).MoveToOuterDisposeScope();
    }

    internal override void FoldTruncation(Tensor mean, double truncation, IReadOnlyList<int>? slots) => local.FoldTruncation(mean, truncation, slots);
}

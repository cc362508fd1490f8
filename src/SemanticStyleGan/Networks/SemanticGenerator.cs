using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>The generator of SemanticStyleGAN (paper §3): mapping network, local generators, fusion and render net.</summary>
public sealed class SemanticGenerator : nn.Module
{
    private readonly MappingNetwork mapping;
    private readonly FourierFeatures fourier;
    private readonly LocalGenerators local;
    private readonly DepthHeads depth;
    private readonly Fusion feature;
    private readonly RenderNet render;

    /// <summary>A generator with fresh weights.</summary>
    /// <exception cref="InputException">The configuration is not consistent.</exception>
    public SemanticGenerator(GeneratorConfig config, Initializer initializer) : base(nameof(SemanticGenerator))
    {
        Config = config.Validate();
        Device = initializer.Device;
        Latents = new LatentCode(config);
        mapping = new MappingNetwork(config, initializer);
        fourier = new FourierFeatures(config, initializer);
        local = new LocalGenerators(config, initializer);
        depth = new DepthHeads(config, initializer);
        feature = new Fusion(config, initializer);
        render = new RenderNet(config, initializer);
        RegisterComponents();
    }

    /// <summary>The sizes.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>z to w.</summary>
    public MappingNetwork Mapping => mapping;

    internal RenderNet Render => render;

    /// <summary>The structure of W+.</summary>
    public LatentCode Latents { get; }

    /// <summary>Width and height of the noise maps of the render net, in the order of their use.</summary>
    public IReadOnlyList<int> NoiseSizes => render.NoiseSizes;

    /// <summary>Takes maps <c>[1, 1, H, W]</c> in place of the stored ones.</summary>
    internal void StoreNoise(IReadOnlyList<Tensor> maps) => render.StoreNoise(maps);

    /// <summary>Fresh noise maps <c>[N, 1, H, W]</c> for every convolution of the render net.</summary>
    public IReadOnlyList<Tensor> RandomNoise(long count, Generator generator) =>
        [.. NoiseSizes.Select(size => randn([count, 1, size, size], generator: generator).to(Device))];

    /// <summary>The parameters that belong to the parts: local generators, their depth and feature heads, and the coordinates' features before them.</summary>
    internal IEnumerable<Tensor> LocalParameters() => ((nn.Module[])[fourier, local, depth, feature]).SelectMany(m => m.parameters());

    /// <summary>Image, mask, coarse mask and depths of a code: w <c>[N, D]</c>, W+ <c>[N, base + 2K, D]</c> or per-layer codes <c>[N, K·L, D]</c>.</summary>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null) => Run(code, input, convolve: null);

    /// <summary>As <see cref="Synthesize"/>, with something else in the place of the render net's convolutions.</summary>
    internal GeneratorOutput Run(Tensor code, SynthesisInput? input, RenderNet.Convolve? convolve)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor atDepth, Tensor hidden) = RunLocal(Latents.Expand(code), input?.Coordinates);
        return Compose(atDepth, hidden, input, convolve).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Runs local generators of per-layer codes <c>[N, M·L, D]</c> with coordinates <c>[N or 1, M, 2, S, S]</c> or the regular grid: all (M = K) or
    /// those of <paramref name="parts"/> <c>[M]</c>. Gives the hidden maps at the depth output and at the end, each <c>[N·M, C, P]</c>.
    /// </summary>
    internal (Tensor AtDepth, Tensor Hidden) RunLocal(Tensor codes, Tensor? coordinates, Tensor? parts = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = codes.shape[0], m = parts?.shape[0] ?? Config.Parts, s = Config.CoarseSize;
        Tensor? grid = coordinates?.expand(n, m, 2, s, s).reshape(n * m, 2, s, s);
        (Tensor atDepth, Tensor hidden) = local.Forward(codes, fourier.Forward(grid), parts);
        return (atDepth.MoveToOuterDisposeScope(), hidden.MoveToOuterDisposeScope());
    }

    /// <summary>Fuses and renders hidden maps of all parts, see <see cref="RunLocal"/>.</summary>
    internal GeneratorOutput Compose(Tensor atDepth, Tensor hidden, SynthesisInput? input, RenderNet.Convolve? convolve)
    {
        using DisposeScope scope = NewDisposeScope();
        (long s, long k) = (Config.CoarseSize, Config.Parts);
        long n = hidden.shape[0] / k;
        Tensor depths = depth.Forward(atDepth);
        Tensor visibility = Fusion.Visibility(depths, input?.CompositionMask);
        Tensor features = feature.Forward(hidden, visibility);
        Tensor coarseMask = (visibility * 2 - 1).view(n, k, s, s);
        (Tensor image, Tensor mask) = render.Forward(features, coarseMask, input?.Noise, convolve);
        return new GeneratorOutput(image, mask, coarseMask, depths.view(n, k, s, s)).MoveToOuterDisposeScope();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// What all else asks of a generator, whichever architecture it has: z to w, and an image with its mask of a code. It runs in two steps, the parts each by
/// itself and then all together, so that an edit needs to run the parts that changed only.
/// </summary>
public abstract class CompositionalGenerator : nn.Module
{
    private protected CompositionalGenerator(string name, GeneratorConfig config, GeneratorArchitecture architecture, Initializer initializer) : base(name)
    {
        Config = config.Validate();
        if (config.Architecture != architecture) throw new InputException($"generator configuration: architecture {config.Architecture}, expected {architecture}.");
        Device = initializer.Device;
        Latents = new LatentCode(config);
    }

    /// <summary>The sizes.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>The structure of W+.</summary>
    public LatentCode Latents { get; }

    /// <summary>Width and height of the noise maps, in the order of their use.</summary>
    public abstract IReadOnlyList<int> NoiseSizes { get; }

    /// <summary>Whether noise goes into the parts, so that other noise makes other parts.</summary>
    internal virtual bool PartsTakeNoise => false;

    /// <summary>The generator of an architecture, with fresh weights.</summary>
    /// <exception cref="InputException">The configuration is not consistent.</exception>
    public static CompositionalGenerator Create(GeneratorConfig config, Initializer initializer) =>
        config.Architecture == GeneratorArchitecture.MaskStyle ? new MaskStyleGenerator(config, initializer) : new SemanticGenerator(config, initializer);

    /// <summary>z <c>[N, D]</c> of N(0, 1) to w <c>[N, D]</c>.</summary>
    public abstract Tensor Map(Tensor z);

    /// <summary>Fresh noise maps <c>[N, 1, H, W]</c> for every convolution that takes one.</summary>
    public IReadOnlyList<Tensor> RandomNoise(long count, Generator generator) =>
        [.. NoiseSizes.Select(size => randn([count, 1, size, size], generator: generator).to(Device))];

    /// <summary>Image, mask, coarse mask and depths of a code: w <c>[N, D]</c>, W+ <c>[N, base + 2K, D]</c> or per-layer codes <c>[N, K·L, D]</c>.</summary>
    /// <exception cref="InputException">A code of another shape, or an input that this architecture does not take.</exception>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null) => Run(code, input, convolve: null);

    /// <summary>
    /// As <see cref="Synthesize"/>, where gradients don't reach which part is seen where: a loss moves what is seen, and no part grows or vanishes for it. A generator without depths
    /// holds nothing.
    /// </summary>
    internal virtual GeneratorOutput SynthesizeHoldingDepths(Tensor code, SynthesisInput? input) => Synthesize(code, input);

    /// <summary>As <see cref="Synthesize"/>, with something else in the place of the render net's convolutions.</summary>
    internal GeneratorOutput Run(Tensor code, SynthesisInput? input, RenderNet.Convolve? convolve)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor shapes, Tensor looks) = RunParts(Latents.Expand(code), input);
        return Compose(shapes, looks, input, convolve).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Runs parts of per-layer codes <c>[N, M·L, D]</c>: all (M = K), or those of <paramref name="parts"/> <c>[M]</c>, with coordinates and noise of
    /// <paramref name="input"/>. Gives for each what decides where it is seen and what it looks like, both <c>[N·M, …]</c>.
    /// </summary>
    internal abstract (Tensor Shapes, Tensor Looks) RunParts(Tensor codes, SynthesisInput? input, Tensor? parts = null);

    /// <summary>Composes what <see cref="RunParts"/> gave for all parts.</summary>
    internal abstract GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input, RenderNet.Convolve? convolve);

    /// <summary>Takes maps <c>[1, 1, H, W]</c> in place of the stored ones.</summary>
    internal abstract void StoreNoise(IReadOnlyList<Tensor> maps);

    /// <summary>The weights <c>[rows, D]</c> that take a slot's code first.</summary>
    internal abstract Tensor CodeWeights(int slot);

    /// <summary>Changes the layers that take codes first, so that w gives what mean + t·(w − mean) gave: s = A·(mean + t·(w − mean)) + b = tA·w + b + (1 − t)·A·mean.</summary>
    /// <param name="mean">The mean code <c>[D]</c>.</param>
    /// <param name="truncation">t.</param>
    /// <param name="slots">The slots of W+ for which it is done; all where null.</param>
    internal abstract void FoldTruncation(Tensor mean, double truncation, IReadOnlyList<int>? slots);

    /// <summary>This generator as one of local generators.</summary>
    /// <param name="what">What needs them, for the message.</param>
    /// <exception cref="InputException">It has another architecture.</exception>
    internal SemanticGenerator WithLocalGenerators(string what) =>
        this as SemanticGenerator ?? throw new InputException($"{what} needs a model with local generators; this model's architecture is mask-style.");
}

using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static SemanticStyleGan.Benchmarking.ReferenceOperations;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Benchmarking;

/// <summary>A generator's synthesis with the weights of ours, evaluated by the reference operation sequence: part after part.</summary>
public sealed class ReferenceGenerator : nn.Module
{
    private readonly GeneratorConfig config;
    private readonly ReferenceWeights weights;

    /// <summary>A generator on the memory of given weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The weights by our names; a layer of a part becomes a parameter of its own.</param>
    public ReferenceGenerator(GeneratorConfig config, IReadOnlyDictionary<string, Tensor> weights) : base(nameof(ReferenceGenerator))
    {
        this.config = config;
        this.weights = new ReferenceWeights(weights, register_parameter);
    }

    /// <summary>The gradient of one of our weights, put together from those of its layers and parts.</summary>
    public Tensor Gradient(string name) => weights.Gradient(name);

    /// <summary>Image, mask, coarse mask and depths of a code, as <see cref="CompositionalGenerator.Synthesize"/> gives them.</summary>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = new LatentCode(config).Expand(code);
        Tensor encoded = FourierFeatures(codes.shape[0]);
        List<Tensor> depths = [], features = [];
        for (int part = 0; part < config.Parts; part++)
        {
            (Tensor depth, Tensor feature) = LocalGenerator(part, encoded, codes);
            depths.Add(depth);
            features.Add(feature);
        }
        Tensor allDepths = cat(depths, 1);
        Tensor visibility = allDepths.softmax(1);
        Tensor fused = Fuse(features, visibility);
        Tensor coarseMask = visibility * Constant(2) - Constant(1);
        (Tensor image, Tensor mask) = Render(fused, coarseMask, input?.Noise);
        return new GeneratorOutput(image, mask, coarseMask, allDepths).MoveToOuterDisposeScope();
    }

    /// <summary>Path lengths by differentiating the gradient, as <see cref="Losses.PathLengths.Compute"/> gives them; parameters as there.</summary>
    public PathLengths PathLengths(Tensor codes, IReadOnlyList<Tensor> maps, Tensor noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = (Synthesize(codes, new SynthesisInput { Noise = maps }).Image * PathLengthPenalty.Projection(noise)).sum();
        // A freed graph would abort the process.
        Tensor gradient = autograd.grad([projected], [codes], retain_graph: true, create_graph: true)[0];
        return new PathLengths(PathLengthPenalty.Lengths(gradient).MoveToOuterDisposeScope());
    }

    /// <summary>z to w.</summary>
    public Tensor Map(Tensor z)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor w = z * (z.pow(Constant(2)).mean([1], keepdim: true) + Constant(1e-8)).rsqrt();
        for (int i = 0; i < config.MappingLayers; i++)
        {
            Tensor weight = weights.Of($"mapping.{i}.weight");
            w = Activate(F.linear(w, weight * Constant(0.01 / Math.Sqrt(weight.shape[1]))), weights.Of($"mapping.{i}.bias") * Constant(0.01));
        }
        return w.MoveToOuterDisposeScope();
    }

    private Tensor FourierFeatures(long count)
    {
        Tensor xy = Networks.FourierFeatures.Grid(config.CoarseSize).expand(count, 2, config.CoarseSize, config.CoarseSize);
        List<Tensor> bands = [xy];
        for (int f = 0; 1 << f < config.ImageSize; f++)
        {
            bands.Add((xy * Constant(1 << f)).sin());
            bands.Add((xy * Constant(1 << f)).cos());
        }
        Tensor weight = weights.Of("fourier.weight");
        return F.conv2d(cat(bands, 1), (weight * Constant(1 / Math.Sqrt(weight.shape[1]))).unsqueeze(-1).unsqueeze(-1));
    }

    private (Tensor Depth, Tensor Feature) LocalGenerator(int part, Tensor x, Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        long n = codes.shape[0];
        Tensor? depth = null;
        for (int layer = 0; layer < config.LocalLayers; layer++)
        {
            Tensor Of(string name) => weights.Of($"local.{name}", part, layer);
            Tensor style = EqualizedLinear(codes.select(1, part * config.LocalLayers + layer), Of("affine_weight"), Of("affine_bias"));
            x = Activate(Modulated(x, Of("weight").unsqueeze(-1).unsqueeze(-1), style), Of("bias"));
            if (layer != config.DepthLayers - 1) continue;
            depth = part == 0 ? zeros(n, 1, config.CoarseSize, config.CoarseSize)
                : Head(x, weights.Of("depth.weight", part - 1).unsqueeze(0), weights.Of("depth.scale", part - 1), weights.Of("depth.bias", part - 1).view(1));
            if (config.DetachTexture && part > 0 && layer < config.LocalLayers - 1) x = x.detach();
        }
        Tensor feature = Head(x, weights.Of("feature.weight", part), weights.Of("feature.scale", part), weights.Of("feature.bias", part));
        return (depth!.MoveToOuterDisposeScope(), feature.MoveToOuterDisposeScope());
    }

    private Tensor Fuse(List<Tensor> features, Tensor visibility)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor fusion = visibility;
        if (!config.TransparentParts.IsDefaultOrEmpty)
        {
            Tensor transparent = zeros(1, config.Parts, 1, 1);
            foreach (int part in config.TransparentParts) transparent[0, part] = 1;
            Tensor opaque = visibility * (Constant(1) - transparent);
            fusion = (opaque / (opaque.sum(1, keepdim: true) + Constant(1e-8))).Plus(visibility * transparent);
        }
        return (stack(features, 1) * fusion.unsqueeze(2)).sum(1).MoveToOuterDisposeScope(); // [N, K, F, S, S] → [N, F, S, S]
    }

    private (Tensor Image, Tensor Mask) Render(Tensor features, Tensor coarseMask, IReadOnlyList<Tensor>? noise)
    {
        Tensor x = F.avg_pool2d(features, config.CoarseSize / config.MinFeatureSize);
        Tensor? image = null, mask = null;
        for (int stage = 0; stage < config.RenderStages; stage++)
        {
            if (x.shape[2] == config.CoarseSize) x = cat([x, features], 1);
            x = Styled(x, 2 * stage, upsample: true, noise);
            x = Styled(x, 2 * stage + 1, upsample: false, noise);
            image = Skip(image, Head(x, $"render.image_heads.{stage}"));
            mask = Skip(mask, Head(x, $"render.mask_heads.{stage}"));
            if (config.ResidualRefinement && x.shape[2] == config.CoarseSize) mask = mask.Plus(coarseMask);
        }
        return (image!, mask!);
    }

    private Tensor Styled(Tensor x, int index, bool upsample, IReadOnlyList<Tensor>? noise)
    {
        using DisposeScope scope = NewDisposeScope();
        string name = $"render.convolutions.{index}";
        x = Modulated(x, weights.Of($"{name}.weight"), weights.Of($"{name}.scale").expand(x.shape[0], -1), upsample: upsample);
        x = x.Plus(weights.Of($"{name}.noise_strength") * (noise?[index] ?? weights.Of($"{name}.noise")));
        return Activate(x, weights.Of($"{name}.bias")).MoveToOuterDisposeScope();
    }

    private static Tensor Skip(Tensor? before, Tensor head) => before is null ? head : head.Plus(Filter(before, 2, 2, 1, gain: 4));

    private Tensor Head(Tensor x, string name) => Head(x, weights.Of($"{name}.weight"), weights.Of($"{name}.scale"), weights.Of($"{name}.bias"));

    private static Tensor Head(Tensor x, Tensor weight, Tensor scale, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        return Modulated(x, weight.unsqueeze(-1).unsqueeze(-1), scale.expand(x.shape[0], -1), demodulate: false).Plus(bias.view(1, -1, 1, 1)).MoveToOuterDisposeScope();
    }
}

using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Sees a picture beside the present reconstruction and says how the codes should change (ReStyle, Alaluf et al. 2021). A feature pyramid reads the pair;
/// each part's head gets what the pyramid has where the reconstruction shows the part, a summary of the whole, and where the picture pulls the part's codes: the direction
/// of the gradient and how strong it is. So it corrects what it sees as an optimiser would that has learned which way leads far.
/// </summary>
public sealed class EncoderNetwork : nn.Module
{
    private const double LeastPull = 1e-8, UsualPull = 1e-4;
    private readonly ModuleList<EqualizedConvolution> down = [];
    private readonly ModuleList<EqualizedConvolution> lateral = [];
    private readonly EqualizedLinear summary;
    [ComponentName(Name = "base_head")]
    private readonly EqualizedLinear? baseHead;
    [ComponentName(Name = "head_weight")]
    private readonly Parameter headWeight; // [K, G + F + 1 + 2D + 2, H]
    [ComponentName(Name = "head_bias")]
    private readonly Parameter headBias;   // [K, 1, H]
    [ComponentName(Name = "out_weight")]
    private readonly Parameter outWeight;  // [K, H, 2D]
    [ComponentName(Name = "out_bias")]
    private readonly Parameter outBias;    // [K, 1, 2D]

    /// <summary>A network with fresh weights; it changes no code yet.</summary>
    public EncoderNetwork(EncoderConfig config, Initializer initializer) : base(nameof(EncoderNetwork))
    {
        Config = config.Validate();
        int input = 6, output = config.FirstChannels;
        for (int size = config.ImageSize / 2; size >= 4; size /= 2, output = Math.Min(config.MaxChannels, 2 * output))
        {
            down.Add(new EqualizedConvolution(input, output, 3, bias: true, initializer));
            if (size <= config.PartMapSize) lateral.Add(new EqualizedConvolution(output, config.PyramidChannels, 1, bias: true, initializer));
            input = output;
        }
        (long k, long inputs, long h, long d) = (config.Parts, config.GlobalSize + config.PyramidChannels + 1 + 2 * (config.StyleSize + 1), config.HeadSize, config.StyleSize);
        summary = new EqualizedLinear(16 * input, config.GlobalSize, initializer);
        if (config.BaseLayers > 0) baseHead = new EqualizedLinear(config.GlobalSize + config.BaseLayers * (config.StyleSize + 1), config.BaseLayers * config.StyleSize, initializer);
        headWeight = initializer.Normal(k, inputs, h);
        headBias = initializer.Constant(0, k, 1, h);
        outWeight = initializer.Constant(0, k, h, 2 * d);
        outBias = initializer.Constant(0, k, 1, 2 * d);
        RegisterComponents();
    }

    /// <summary>The sizes.</summary>
    public EncoderConfig Config { get; }

    /// <summary>The change of W+ <c>[N, base + 2K, D]</c> for pictures <c>[N, 3, R, R]</c> and what is guessed of them.</summary>
    internal Tensor Forward(Tensor images, Guess guess)
    {
        using DisposeScope scope = NewDisposeScope();
        (long n, long k, long d, long bases) = (images.shape[0], Config.Parts, Config.StyleSize, Config.BaseLayers);
        (Tensor pyramid, Tensor top) = Pyramid(ChannelsLast.Of(cat([images, images - guess.Image], 1)));         // [N, F, P, P], [N, C, 4, 4]
        Tensor global = Activation.LeakyInPlace(summary.Forward(top.reshape(n, -1), Activation.Gain));            // [N, G]
        Tensor pull = Pull(guess.Gradient);                                                                      // [N, base + 2K, D + 1]

        Tensor where = F.adaptive_avg_pool2d((guess.CoarseMask + Constant(1)) / Constant(2), Config.PartMapSize).reshape(n, k, -1);   // [N, K, P²]
        Tensor area = where.mean([2], keepdim: true);
        Tensor pooled = bmm(where / (where.sum(2, keepdim: true) + Constant(1e-4)), pyramid.reshape(n, Config.PyramidChannels, -1).transpose(1, 2)); // [N, K, F]
        Tensor seen = cat([global.unsqueeze(1).expand(n, k, -1), pooled, area, pull.narrow(1, bases, 2 * k).reshape(n, k, -1)], 2).transpose(0, 1);  // [K, N, ...]

        Tensor hidden = Activation.LeakyInPlace(bmm(seen, headWeight * Constant(Activation.Gain / Math.Sqrt(headWeight.shape[1]))).Plus(headBias));
        Tensor parts = bmm(hidden, outWeight * Constant(1 / Math.Sqrt(outWeight.shape[1]))).Plus(outBias);                   // [K, N, 2D]
        Tensor change = parts.transpose(0, 1).reshape(n, 2 * k, d);
        if (baseHead is not null) change = cat([baseHead.Forward(cat([global, pull.narrow(1, 0, bases).reshape(n, -1)], 1), 0.1).view(n, -1, d), change], 1);
        return change.MoveToOuterDisposeScope();
    }

    // Each slot's direction, of mean square 1, and the logarithm of its strength.
    private static Tensor Pull(Tensor gradient)
    {
        Tensor strength = gradient.pow(Constant(2)).mean([2], keepdim: true).sqrt() + Constant(LeastPull);        // [N, base + 2K, 1]
        return cat([gradient / strength, strength.log10() - Constant(Math.Log10(UsualPull))], 2);
    }

    private (Tensor Pyramid, Tensor Top) Pyramid(Tensor x)
    {
        List<Tensor> maps = [];
        foreach (EqualizedConvolution convolution in down)
        {
            x = Activation.LeakyInPlace(convolution.Forward(x, padding: 1, stride: 2, gain: Activation.Gain));
            if (x.shape[2] <= Config.PartMapSize) maps.Add(x);
        }
        Tensor sum = lateral[^1].Forward(x);
        for (int level = maps.Count - 2; level >= 0; level--)
            sum = lateral[level].Forward(maps[level]).Plus(F.interpolate(sum, scale_factor: [2, 2], mode: InterpolationMode.Nearest));
        return (sum, x);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Says which z may have made a picture: mean and logarithm of the variance of a normal distribution (Kingma and Welling 2014). It sees the picture and its mask, by
/// convolutions with stride 2 down to 4×4 and two linear layers. What it says of many pictures together need not look like N(0, 1), which samples come from: codes are
/// whitened with their running mean and covariance. Used in training only; pictures of users are inverted by <see cref="Inversion.PictureEncoder"/>.
/// </summary>
public sealed class PosteriorEncoder : nn.Module
{
    private const int End = 4, FirstChannels = 32, MostChannels = 128, Hidden = 256;
    private const double LeastLogVariance = -10, MostLogVariance = 5;

    // Codes over which mean and covariance are taken, about.
    private const double Memory = 1000;
    private readonly ModuleList<EqualizedConvolution> layers = [];
    private readonly EqualizedLinear hidden, mean, logVariance;
    [ComponentName(Name = "code_mean")]
    private readonly Tensor codeMean;       // [D]
    [ComponentName(Name = "code_covariance")]
    private readonly Tensor codeCovariance; // [D, D]

    /// <summary>An encoder with fresh weights for the pictures and masks of a generator.</summary>
    public PosteriorEncoder(GeneratorConfig config, Initializer initializer) : base(nameof(PosteriorEncoder))
    {
        int channels = 3 + config.Parts;
        for (int size = config.ImageSize / 2, next = FirstChannels; size >= End; size /= 2, next = Math.Min(MostChannels, 2 * next))
        {
            layers.Add(new EqualizedConvolution(channels, next, 3, bias: true, initializer));
            channels = next;
        }
        hidden = new EqualizedLinear(channels * End * End, Hidden, initializer);
        mean = new EqualizedLinear(Hidden, config.StyleSize, initializer);
        logVariance = new EqualizedLinear(Hidden, config.StyleSize, initializer);
        codeMean = zeros([config.StyleSize], device: initializer.Device).DetachFromDisposeScope();
        codeCovariance = eye(config.StyleSize, device: initializer.Device).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>A code of the distribution for each of N standard normal vectors <c>[N, D]</c>; not yet whitened.</summary>
    internal static Tensor Draw((Tensor Mean, Tensor LogVariance) posterior, Tensor normal)
    {
        using DisposeScope scope = NewDisposeScope();
        return posterior.Mean.Plus((posterior.LogVariance * Constant(0.5)).exp() * normal).MoveToOuterDisposeScope();
    }

    /// <summary>z <c>[N, D]</c> of such codes: over many pictures its mean is 0 and its covariance 1. Mean and covariance of the codes take no gradient.</summary>
    internal Tensor Whiten(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor whitening;
        using (no_grad()) whitening = linalg.inv(linalg.cholesky(codeCovariance)).T;
        return (codes - codeMean).mm(whitening).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the running mean and covariance by N codes: by their sum and the sum of their products, rows 0 and 1… of <c>[1 + D, D]</c>.</summary>
    internal void Observe(Tensor sums, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor mean = sums[0] / Constant(count), deviation = mean - codeMean;
        Tensor covariance = sums.narrow(0, 1, codeMean.shape[0]) / Constant(count) - outer(mean, mean);
        double share = Math.Min(1, count / Memory);
        codeCovariance.mul_(Constant(1 - share)).add_(covariance.Plus(outer(deviation, deviation) * Constant(1 - share)), Constant(share));
        codeMean.add_(deviation, Constant(share));
    }

    /// <summary>Mean and logarithm of the variance, both <c>[N, D]</c>, of images <c>[N, 3, R, R]</c> with masks <c>[N, K, R, R]</c>, all in [-1, 1].</summary>
    internal (Tensor Mean, Tensor LogVariance) Forward(Tensor image, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Of(cat([image, mask], 1));
        foreach (EqualizedConvolution layer in layers) x = Activation.LeakyInPlace(layer.Forward(x, padding: 1, stride: 2, gain: Activation.Gain));
        x = Activation.LeakyInPlace(hidden.Forward(x.flatten(1), Activation.Gain));
        return (mean.Forward(x).MoveToOuterDisposeScope(), logVariance.Forward(x).clamp(Constant(LeastLogVariance), Constant(MostLogVariance)).MoveToOuterDisposeScope());
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Says which z may have made a picture: mean and logarithm of the variance of a normal distribution (Kingma and Welling 2014). It sees the picture and its mask, by
/// convolutions with stride 2 down to 4×4 and two linear layers. Used in training only; pictures of users are inverted by <see cref="Inversion.PictureEncoder"/>.
/// </summary>
public sealed class PosteriorEncoder : nn.Module
{
    private const int End = 4, FirstChannels = 32, MostChannels = 128, Hidden = 256;
    private const double LeastLogVariance = -10, MostLogVariance = 5;
    private readonly ModuleList<EqualizedConvolution> layers = [];
    private readonly EqualizedLinear hidden, mean, logVariance;

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
        RegisterComponents();
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

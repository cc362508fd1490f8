using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The discriminator (paper §3.5): one branch for the image, one for the mask; their outputs are added, so it judges the
/// joint distribution. Without a mask only the image branch takes part (adaptation to image-only domains).
/// </summary>
public sealed class DualBranchDiscriminator : nn.Module
{
    [ComponentName(Name = "image_branch")]
    private readonly DiscriminatorBranch image;
    [ComponentName(Name = "mask_branch")]
    private readonly DiscriminatorBranch? mask;
    [ComponentName(Name = "final_convolution")]
    private readonly EqualizedConvolution finalConvolution;
    [ComponentName(Name = "final_hidden")]
    private readonly EqualizedLinear finalHidden;
    [ComponentName(Name = "final_logit")]
    private readonly EqualizedLinear finalLogit;

    /// <summary>A discriminator with fresh weights.</summary>
    public DualBranchDiscriminator(DiscriminatorConfig config, Initializer initializer) : base(nameof(DualBranchDiscriminator))
    {
        Config = config;
        int channels = config.Channels(4);
        image = new DiscriminatorBranch(3, config, initializer);
        if (config.Parts > 0) mask = new DiscriminatorBranch(config.Parts, config, initializer);
        finalConvolution = new EqualizedConvolution(channels + 1, channels, 3, bias: true, initializer);
        finalHidden = new EqualizedLinear(channels * 16, channels, initializer);
        finalLogit = new EqualizedLinear(channels, 1, initializer);
        RegisterComponents();
    }

    /// <summary>The sizes.</summary>
    public DiscriminatorConfig Config { get; }

    /// <summary>Logits <c>[N, 1]</c> of images <c>[N, 3, R, R]</c> in [-1, 1] and masks <c>[N, K, R, R]</c> in [-1, 1] (omitted: image branch only).</summary>
    /// <exception cref="InputException">Another size, or a batch that groups of 4 do not divide.</exception>
    public Tensor Forward(Tensor images, Tensor? masks = null)
    {
        using DisposeScope scope = NewDisposeScope();
        return End(Branches(images, masks)).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of what the branches make of images and masks, <c>[N, C, 4, 4]</c>, their activations through <paramref name="gates"/> where there are any.</summary>
    internal Tensor Branches(Tensor images, Tensor? masks, Gates? gates = null)
    {
        using DisposeScope scope = NewDisposeScope();
        CheckShape(images, "images", 3);
        Tensor x = image.Forward(images, gates);
        if (masks is not null)
        {
            CheckShape(masks, "masks", Config.Parts);
            x = x.Plus((mask ?? throw new InputException("this discriminator has no mask branch, but masks were given.")).Forward(masks, gates));
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Logits <c>[N, 1]</c> of what the branches say.</summary>
    internal Tensor End(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        x = MinibatchDeviation.Append(x);
        x = Activation.LeakyInPlace(finalConvolution.Forward(x, padding: 1, gain: Activation.Gain));
        x = Activation.LeakyInPlace(finalHidden.Forward(x.reshape(x.shape[0], -1), Activation.Gain));
        return finalLogit.Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What stays as it is when the layers of the <paramref name="count"/> highest resolutions are frozen while fine-tuning (FreezeD, Mo et al. 2020): in each
    /// branch the input convolution and so many residual blocks; nothing for 0.
    /// </summary>
    public IReadOnlyList<Parameter> Highest(int count) => count == 0 ? [] : [.. image.Highest(count), .. mask?.Highest(count) ?? []];

    private void CheckShape(Tensor x, string name, int channels)
    {
        int r = Config.ImageSize;
        if (x.shape is not [_, var c, var h, var w] || c != channels || h != r || w != r)
            throw new InputException($"{name} of shape [{string.Join(", ", x.shape)}], expected [N, {channels}, {r}, {r}].");
    }
}

using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The networks as the phases see them, so that a benchmark can run the same phases on other operations.</summary>
internal sealed record TrainedNetworks
{
    /// <summary>The generator's parameters.</summary>
    public required nn.Module Generator { get; init; }

    /// <summary>The discriminator's parameters.</summary>
    public required nn.Module Discriminator { get; init; }

    /// <summary>Optimiser of <see cref="Generator"/>.</summary>
    public required Adam GeneratorAdam { get; init; }

    /// <summary>Optimiser of <see cref="Discriminator"/>.</summary>
    public required Adam DiscriminatorAdam { get; init; }

    /// <summary>Running mean of path lengths, a scalar.</summary>
    public required Tensor PathLengthMean { get; init; }

    /// <summary>z to w.</summary>
    public required Func<Tensor, Tensor> Map { get; init; }

    /// <summary>A code to image and mask.</summary>
    public required Func<Tensor, SynthesisInput?, GeneratorOutput> Synthesize { get; init; }

    /// <summary>The same, where gradients don't reach which part is seen where.</summary>
    public required Func<Tensor, SynthesisInput?, GeneratorOutput> SynthesizeHoldingDepths { get; init; }

    /// <summary>Logits of images and masks; of images alone where the masks are null.</summary>
    public required Func<Tensor, Tensor?, Tensor> Judge { get; init; }

    /// <summary>R1 at images and masks, or at images alone, with a weight each.</summary>
    public required Func<Tensor, Tensor?, double, double, GradientPenalty> Penalize { get; init; }

    /// <summary>Path lengths of codes, with noise maps and the noise that pictures are multiplied by, and whether for gradients.</summary>
    public required Func<Tensor, IReadOnlyList<Tensor>, Tensor, bool, PathLengths> PathLengths { get; init; }

    /// <summary>The projected discriminator, which judges beside the other; null for none.</summary>
    public ProjectedDiscriminator? Projected { get; init; }

    /// <summary>Optimiser of <see cref="Projected"/>.</summary>
    public Adam? ProjectedAdam { get; init; }

    /// <summary>Guesses the codes of real pictures, for reconstruction; null for none.</summary>
    public PosteriorEncoder? Encoder { get; init; }

    /// <summary>Optimiser of <see cref="Encoder"/>.</summary>
    public Adam? EncoderAdam { get; init; }

    /// <summary>What happens to images and masks before the discriminator sees them, or null.</summary>
    public AdaptiveAugmentation? Augmentation { get; init; }

    /// <summary>The generator that an adaptation began with, whose parts are kept; null for none.</summary>
    public CompositionalGenerator? Source { get; init; }

    /// <summary>Classes that <see cref="EditLocalityLoss"/> edits wherever they are seen.</summary>
    public IReadOnlyList<int> EditedFirst { get; init; } = [];

    /// <summary>Width and height of the noise maps, in the order of their use.</summary>
    public required IReadOnlyList<int> NoiseSizes { get; init; }

    /// <summary>The networks of a training run.</summary>
    internal static TrainedNetworks Of(TrainingState state, CompositionalGenerator? source = null) => new()
    {
        Generator = state.Generator,
        Discriminator = state.Discriminator,
        GeneratorAdam = state.GeneratorAdam,
        DiscriminatorAdam = state.DiscriminatorAdam,
        PathLengthMean = state.PathLengthMean,
        Map = state.Generator.Map,
        Synthesize = state.Generator.Synthesize,
        SynthesizeHoldingDepths = state.Generator.SynthesizeHoldingDepths,
        Judge = (image, mask) => state.Discriminator.Forward(image, mask),
        Penalize = (image, mask, imageWeight, maskWeight) => GradientPenalty.Compute(state.Discriminator, image, mask, imageWeight, maskWeight),
        PathLengths = (codes, maps, noise, forGradients) => Losses.PathLengths.Compute(state.Generator.WithLocalGenerators("path length regularisation"), codes, maps, noise, forGradients),
        Projected = state.Projected,
        ProjectedAdam = state.ProjectedAdam,
        Encoder = state.Encoder,
        EncoderAdam = state.EncoderAdam,
        Augmentation = state.Augmentation,
        Source = source,
        EditedFirst = state.Config.ClassesEditedFirst(state.Layout),
        NoiseSizes = state.Generator.NoiseSizes,
    };
}

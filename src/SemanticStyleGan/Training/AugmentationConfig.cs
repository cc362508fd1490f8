namespace SemanticStyleGan.Training;

/// <summary>What decides how often the discriminator's inputs are augmented.</summary>
public enum AugmentationMode
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>With a fixed probability.</summary>
    Fixed,

    /// <summary>With a probability that follows from how far the discriminator overfits (ADA).</summary>
    Adaptive,
}

/// <summary>Discriminator augmentation (Karras et al. 2020, "Training generative adversarial networks with limited data").</summary>
public sealed record AugmentationConfig
{
    /// <summary>Above this probability augmentations leak into what the generator makes (paper, figure 3 and §2.2).</summary>
    public const double MostProbability = 0.8;

    /// <summary>What decides the probability.</summary>
    public AugmentationMode Mode { get; init; }

    /// <summary>The probability of each operation if it is fixed, or at the beginning; 0 to <see cref="MostProbability"/>.</summary>
    public double Probability { get; init; }

    /// <summary>The share of real logits above zero minus that below, at which the adaptive probability rests; more means that D overfits.</summary>
    public double Target { get; init; } = 0.6;

    /// <summary>Images that the adaptive probability takes from 0 to 1 at its fastest.</summary>
    public double RampImages { get; init; } = 500_000;

    internal IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Mode)) yield return $"augmentation.mode {Mode}, expected none, fixed or adaptive";
        if (Probability is not (>= 0 and <= MostProbability)) yield return $"augmentation.probability {Probability}, expected 0 to {MostProbability} (above it augmentations leak into the pictures)";
        if (Target is not (> -1 and < 1)) yield return $"augmentation.target {Target}, expected more than -1, less than 1";
        if (RampImages is not >= 1) yield return $"augmentation.rampImages {RampImages}, expected at least 1";
    }
}

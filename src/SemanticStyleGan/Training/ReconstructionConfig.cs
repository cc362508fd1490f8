namespace SemanticStyleGan.Training;

/// <summary>Learning from reconstructions: real pictures are made again from codes that an encoder guesses (<see cref="Losses.ReconstructionLoss"/>). Local generators and pictures with masks only.</summary>
public sealed record ReconstructionConfig
{
    /// <summary>Weight of the loss; 0 for the paper's objective.</summary>
    public double Weight { get; init; }

    /// <summary>The loss is applied every so many iterations.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>Weight, within the loss, of a nat by which the codes of real pictures differ from those that samples are made of.</summary>
    public double Divergence { get; init; } = 1e-3;

    /// <summary>Until so many images were seen only the encoder learns, and the generator not at all: one that begins fresh beside a trained generator would make it forget; 0 for none.</summary>
    public long EncoderFirst { get; init; }

    /// <summary>Until so many images were seen the generator learns from reconstructions and edits alone, and the discriminator not at all; 0 for none.</summary>
    public long DiscriminatorFrom { get; init; }

    internal IEnumerable<string> Faults(bool imageOnly)
    {
        if (Weight is not (>= 0 and <= 1e6)) yield return $"reconstruction.weight {Weight}, expected 0 to 1,000,000";
        if (Weight > 0 && imageOnly) yield return $"reconstruction.weight {Weight}, expected 0 where the discriminator judges images alone: it needs pictures with masks";
        if (Interval < 1) yield return $"reconstruction.interval {Interval}, expected at least 1";
        if (Divergence is not (>= 0 and <= 1e6)) yield return $"reconstruction.divergence {Divergence}, expected 0 to 1,000,000";
        if (EncoderFirst < 0 || (EncoderFirst > 0 && Weight == 0)) yield return $"reconstruction.encoderFirst {EncoderFirst}, expected at least 0, and 0 without reconstruction";
        if (DiscriminatorFrom < 0 || (DiscriminatorFrom > 0 && Weight == 0)) yield return $"reconstruction.discriminatorFrom {DiscriminatorFrom}, expected at least 0, and 0 without reconstruction";
    }
}

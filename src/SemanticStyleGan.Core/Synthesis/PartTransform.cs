namespace SemanticStyleGan.Synthesis;

/// <summary>How a part is moved: scaled and turned about its own middle, then shifted.</summary>
/// <param name="ShiftX">To the right, as a share of the image's width.</param>
/// <param name="ShiftY">Downwards, as a share of the image's height.</param>
/// <param name="Scale">Larger than 1 makes it larger; more than 0.</param>
/// <param name="Degrees">Clockwise.</param>
public readonly record struct PartTransform(double ShiftX, double ShiftY, double Scale = 1, double Degrees = 0)
{
    /// <summary>No change.</summary>
    public static PartTransform None { get; } = new(0, 0);

    /// <summary>A share of this transform: <see cref="None"/> at 0, all of it at 1; scales grow geometrically.</summary>
    public PartTransform At(double share) => new(share * ShiftX, share * ShiftY, Math.Pow(Scale, share), share * Degrees);
}

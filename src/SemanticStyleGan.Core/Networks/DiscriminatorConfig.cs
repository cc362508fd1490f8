namespace SemanticStyleGan.Networks;

/// <summary>The sizes of a <c>DualBranchDiscriminator</c>; usually those of the generator that it judges.</summary>
public sealed record DiscriminatorConfig
{
    /// <summary>Width and height R of images and masks; a power of two.</summary>
    public int ImageSize { get; init; } = 512;

    /// <summary>Mask channels K; 0 for a discriminator without mask branch.</summary>
    public int Parts { get; init; } = 13;

    /// <summary>Scales the channels, see <see cref="GeneratorConfig.Channels"/>.</summary>
    public double ChannelMultiplier { get; init; } = 2;

    /// <summary>No resolution has more channels than this.</summary>
    public int MaxChannels { get; init; } = 512;

    /// <summary>The discriminator that matches a generator.</summary>
    public static DiscriminatorConfig For(GeneratorConfig generator) => new()
    {
        ImageSize = generator.ImageSize,
        Parts = generator.Parts,
        ChannelMultiplier = generator.ChannelMultiplier,
        MaxChannels = generator.MaxChannels,
    };

    /// <summary>Channels at a resolution: min(cap, 16384·multiplier / resolution).</summary>
    public int Channels(int resolution) => Math.Max(1, (int)Math.Min(MaxChannels, 16384 * ChannelMultiplier / resolution));
}

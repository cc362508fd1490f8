using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Serialization;

namespace SemanticStyleGan.Networks;

/// <summary>The sizes of a generator; the defaults are the paper's for 512² faces.</summary>
public sealed record GeneratorConfig
{
    /// <summary>Which generator it is. Those that say otherwise describe members as local generators use them; <see cref="AsMaskStyle"/> says what the other takes.</summary>
    public GeneratorArchitecture Architecture { get; init; }

    /// <summary>Width and height R of the images in pixels; a power of two.</summary>
    public int ImageSize { get; init; } = 512;

    /// <summary>Length D of z, w and of each slot of W+.</summary>
    public int StyleSize { get; init; } = 512;

    /// <summary>Layers of the mapping network.</summary>
    public int MappingLayers { get; init; } = 8;

    /// <summary>Semantic parts K, the background included.</summary>
    public int Parts { get; init; } = 13;

    /// <summary>Layers L of each local generator.</summary>
    public int LocalLayers { get; init; } = 10;

    /// <summary>The first layers of every part but the background, which take the shared base code.</summary>
    public int BaseLayers { get; init; } = 2;

    /// <summary>Layers before the depth output (coarse structure); the layers after it are texture.</summary>
    public int DepthLayers { get; init; } = 6;

    /// <summary>Channels of the local generators' hidden maps.</summary>
    public int LocalChannels { get; init; } = 64;

    /// <summary>Channels of the fused feature map.</summary>
    public int CoarseChannels { get; init; } = 512;

    /// <summary>Width and height S of the local generators' maps; between <see cref="MinFeatureSize"/> and <see cref="ImageSize"/>.</summary>
    public int CoarseSize { get; init; } = 64;

    /// <summary>The size that the render net starts from.</summary>
    public int MinFeatureSize { get; init; } = 16;

    /// <summary>Scales the channels of render net and discriminator, see <see cref="Channels"/>.</summary>
    public double ChannelMultiplier { get; init; } = 2;

    /// <summary>No resolution has more channels than this.</summary>
    public int MaxChannels { get; init; } = 512;

    /// <summary>Whether the render net refines the coarse mask (adds to it) instead of making a mask of its own.</summary>
    public bool ResidualRefinement { get; init; } = true;

    /// <summary>Whether gradients of texture stop at the depth output.</summary>
    public bool DetachTexture { get; init; }

    /// <summary>Indices of the parts that others shine through (glasses, earrings); never the background.</summary>
    public ImmutableArray<int> TransparentParts { get; init; } = [10, 12];

    /// <summary>Slots of W+: the base slots, then shape and texture of each part.</summary>
    [JsonIgnore]
    public int LatentSlots => BaseLayers + 2 * Parts;

    /// <summary>Per-layer codes K·L that W+ expands to.</summary>
    [JsonIgnore]
    public int LayerCodes => Parts * LocalLayers;

    /// <summary>Doublings from <see cref="MinFeatureSize"/> to <see cref="ImageSize"/>.</summary>
    [JsonIgnore]
    public int RenderStages => BitOperations.Log2((uint)ImageSize) - BitOperations.Log2((uint)MinFeatureSize);

    /// <summary>Channels of render net and discriminator at a resolution: min(cap, 16384·multiplier / resolution).</summary>
    public int Channels(int resolution) => DiscriminatorConfig.For(this).Channels(resolution);

    /// <summary>Channels at a resolution of the network that renders the parts of <see cref="GeneratorArchitecture.MaskStyle"/>: half, as it renders K images.</summary>
    public int PartChannels(int resolution) => Math.Max(1, Channels(resolution) / 2);

    /// <summary>
    /// The sizes of <see cref="GeneratorArchitecture.MaskStyle"/> that go with these of local generators: masks of <see cref="CoarseSize"/> from <see cref="CoarseChannels"/>
    /// at 4×4, images from <see cref="MinFeatureSize"/> 4, codes of <see cref="StyleSize"/> D whose first half is z_m and whose second half is z_s, a shape and a texture slot
    /// for each part. It has no use for mapping and local layers, local channels, refinement, detached texture and transparent parts.
    /// </summary>
    public GeneratorConfig AsMaskStyle() => this with
    {
        Architecture = GeneratorArchitecture.MaskStyle,
        BaseLayers = 0,
        LocalLayers = 2,
        DepthLayers = 1,
        CoarseSize = Math.Min(64, ImageSize),
        CoarseChannels = Math.Min(512, 2 * CoarseChannels),
        MinFeatureSize = 4,
        TransparentParts = [],
    };

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public GeneratorConfig Validate()
    {
        List<string> faults = [];
        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }

        Require(IsPowerOfTwo(ImageSize) && ImageSize is >= 8 and <= 4096, $"imageSize {ImageSize}, expected a power of two from 8 to 4096");
        Require(IsPowerOfTwo(MinFeatureSize) && MinFeatureSize >= 4, $"minFeatureSize {MinFeatureSize}, expected a power of two of at least 4");
        bool maskStyle = Architecture == GeneratorArchitecture.MaskStyle;
        Require(IsPowerOfTwo(CoarseSize) && CoarseSize > MinFeatureSize && (CoarseSize < ImageSize || maskStyle && CoarseSize == ImageSize),
            $"coarseSize {CoarseSize}, expected a power of two above minFeatureSize {MinFeatureSize} and {(maskStyle ? "at most" : "below")} imageSize {ImageSize}");
        Require(!maskStyle || (BaseLayers, DepthLayers, LocalLayers, MinFeatureSize) == (0, 1, 2, 4) && StyleSize % 2 == 0,
            $"baseLayers {BaseLayers}, depthLayers {DepthLayers}, localLayers {LocalLayers}, minFeatureSize {MinFeatureSize}, styleSize {StyleSize}, expected 0, 1, 2, 4 and an even number with architecture mask-style");
        Require(Enum.IsDefined(Architecture), $"architecture {Architecture}, expected local-generators or mask-style");
        Require(StyleSize is >= 1 and <= 65536, $"styleSize {StyleSize}, expected 1 to 65536");
        Require(MappingLayers is >= 1 and <= 64, $"mappingLayers {MappingLayers}, expected 1 to 64");
        Require(Parts is >= 2 and <= 255, $"parts {Parts}, expected 2 to 255");
        Require(LocalLayers is >= 1 and <= 128, $"localLayers {LocalLayers}, expected 1 to 128");
        Require(DepthLayers >= 1 && DepthLayers <= LocalLayers, $"depthLayers {DepthLayers}, expected 1 to localLayers {LocalLayers}");
        Require(BaseLayers >= 0 && BaseLayers <= DepthLayers, $"baseLayers {BaseLayers}, expected 0 to depthLayers {DepthLayers}");
        Require(LocalChannels is >= 1 and <= 4096, $"localChannels {LocalChannels}, expected 1 to 4096");
        Require(CoarseChannels is >= 1 and <= 8192, $"coarseChannels {CoarseChannels}, expected 1 to 8192");
        Require(ChannelMultiplier is > 0 and <= 64, $"channelMultiplier {ChannelMultiplier}, expected more than 0, at most 64");
        Require(MaxChannels is >= 1 and <= 8192, $"maxChannels {MaxChannels}, expected 1 to 8192");
        Require(TransparentParts.All(p => p > 0 && p < Parts) && TransparentParts.Distinct().Count() == TransparentParts.Length,
            $"transparentParts [{string.Join(", ", TransparentParts)}], expected distinct parts from 1 to {Parts - 1}");
        return faults.Count == 0 ? this : throw new InputException($"generator configuration: {string.Join("; ", faults)}.");
    }

    /// <inheritdoc/>
    public bool Equals(GeneratorConfig? other) => other is not null && TransparentParts.SequenceEqual(other.TransparentParts)
        && (ImageSize, StyleSize, MappingLayers, Parts, LocalLayers, BaseLayers, DepthLayers) == (other.ImageSize, other.StyleSize, other.MappingLayers, other.Parts, other.LocalLayers, other.BaseLayers, other.DepthLayers)
        && (LocalChannels, CoarseChannels, CoarseSize, MinFeatureSize) == (other.LocalChannels, other.CoarseChannels, other.CoarseSize, other.MinFeatureSize)
        && (ChannelMultiplier, MaxChannels, ResidualRefinement, DetachTexture, Architecture) == (other.ChannelMultiplier, other.MaxChannels, other.ResidualRefinement, other.DetachTexture, other.Architecture);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ImageSize, StyleSize, Parts, LocalLayers, LocalChannels, CoarseChannels);

    private static bool IsPowerOfTwo(int value) => value > 0 && BitOperations.IsPow2(value);
}

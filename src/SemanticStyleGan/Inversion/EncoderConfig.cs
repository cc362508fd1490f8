using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Inversion;

/// <summary>The sizes of an <see cref="EncoderNetwork"/>.</summary>
public sealed record EncoderConfig
{
    /// <summary>Width and height R of the pictures; the model's.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>Parts K of the model.</summary>
    public int Parts { get; init; } = 13;

    /// <summary>Base slots of the model's W+.</summary>
    public int BaseLayers { get; init; } = 2;

    /// <summary>Length D of a slot.</summary>
    public int StyleSize { get; init; } = 128;

    /// <summary>Channels after the first halving; they double with each further one.</summary>
    public int FirstChannels { get; init; } = 32;

    /// <summary>No size has more channels than this.</summary>
    public int MaxChannels { get; init; } = 192;

    /// <summary>Channels F of the feature pyramid.</summary>
    public int PyramidChannels { get; init; } = 64;

    /// <summary>Values that every head is told about the whole picture.</summary>
    public int GlobalSize { get; init; } = 256;

    /// <summary>Values between the layers of a part's head.</summary>
    public int HeadSize { get; init; } = 192;

    /// <summary>Width of the map that parts are pooled from: 16, less for small pictures.</summary>
    internal int PartMapSize => Math.Min(16, ImageSize / 2);

    /// <summary>The sizes for a model.</summary>
    public static EncoderConfig For(GeneratorConfig model) =>
        new() { ImageSize = model.ImageSize, Parts = model.Parts, BaseLayers = model.BaseLayers, StyleSize = model.StyleSize };

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public EncoderConfig Validate()
    {
        List<string> faults = [];
        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }

        Require(ImageSize is >= 8 and <= 4096 && int.IsPow2(ImageSize), $"imageSize {ImageSize}, expected a power of two from 8 to 4096");
        Require(Parts is >= 2 and <= 255, $"parts {Parts}, expected 2 to 255");
        Require(BaseLayers is >= 0 and <= 128, $"baseLayers {BaseLayers}, expected 0 to 128");
        Require(StyleSize is >= 1 and <= 65536, $"styleSize {StyleSize}, expected 1 to 65536");
        Require(FirstChannels is >= 1 and <= 4096 && MaxChannels is >= 1 and <= 8192 && PyramidChannels is >= 1 and <= 4096 && GlobalSize is >= 1 and <= 65536 && HeadSize is >= 1 and <= 65536, "a number of channels is out of range");
        return faults.Count == 0 ? this : throw new InputException($"encoder configuration: {string.Join("; ", faults)}.");
    }
}

using System.Text.Json.Serialization;

namespace SemanticStyleGan.Perception;

/// <summary>The sizes of a <see cref="ParserNetwork"/>.</summary>
public sealed record ParserConfig
{
    /// <summary>Width and height in pixels of the pictures that the parser is trained on, and to which others are resized before it reads them; a multiple of <see cref="SizeMultiple"/>.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>How small scales come back to the size of the image.</summary>
    public ParserArchitecture Architecture { get; init; } = ParserArchitecture.UNet;

    /// <summary>Channels at the image's own size; a multiple of 8.</summary>
    public int Width { get; init; } = 16;

    /// <summary>How often the size is halved; an image's height and width are multiples of 2 to this power.</summary>
    public int Halvings { get; init; } = 4;

    /// <summary>No scale has more channels than this; a multiple of 8.</summary>
    public int MaxChannels { get; init; } = 96;

    /// <summary>Classes K.</summary>
    public int Classes { get; init; } = 13;

    /// <summary>Height and width of images are multiples of this.</summary>
    [JsonIgnore]
    public int SizeMultiple => 1 << Halvings;

    /// <summary>Channels after <paramref name="halvings"/> halvings: doubled with each, up to <see cref="MaxChannels"/>.</summary>
    public int Channels(int halvings) => Math.Min(MaxChannels, Width << halvings);

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public ParserConfig Validate()
    {
        List<string> faults = [];
        if (Width is < 8 or > 1024 || Width % ParserConvolution.GroupSize != 0) faults.Add($"width {Width}, expected a multiple of 8 from 8 to 1024");
        if (MaxChannels < Width || MaxChannels > 4096 || MaxChannels % ParserConvolution.GroupSize != 0) faults.Add($"maxChannels {MaxChannels}, expected a multiple of 8 from width {Width} to 4096");
        if (Halvings is < 1 or > 6) faults.Add($"halvings {Halvings}, expected 1 to 6");
        if (Classes is < 2 or > 255) faults.Add($"classes {Classes}, expected 2 to 255");
        if (Halvings is >= 1 and <= 6 && (ImageSize is < 1 or > 4096 || ImageSize % SizeMultiple != 0)) faults.Add($"imageSize {ImageSize}, expected a multiple of {SizeMultiple} up to 4096");
        if (!Enum.IsDefined(Architecture)) faults.Add($"architecture {Architecture}, expected {string.Join(" or ", Enum.GetNames<ParserArchitecture>())}");
        return faults.Count == 0 ? this : throw new InputException($"parser configuration: {string.Join("; ", faults)}.");
    }
}

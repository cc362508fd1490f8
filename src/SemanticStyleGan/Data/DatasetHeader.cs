using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SemanticStyleGan.Data;

/// <summary>What <c>dataset.json</c> in a <see cref="DatasetArchive"/> says about the set.</summary>
public sealed record DatasetHeader
{
    /// <summary>The entry's name in the archive.</summary>
    public const string EntryName = "dataset.json";

    /// <summary>The version of the format that this program writes and reads.</summary>
    public const int FormatVersion = 1;

    private const string FormatName = "semantic-stylegan-dataset";

    /// <summary>Width and height of every image, in pixels, 1 to <see cref="LargestSize"/>.</summary>
    public required int Size { get; init; }

    /// <summary>How many images.</summary>
    public required int Count { get; init; }

    /// <summary>Where the images come from, one line.</summary>
    public required string Source { get; init; }

    /// <summary>The classes, or null when there are no masks.</summary>
    public SemanticLayout? Layout { get; init; }

    /// <summary>Pixels of each class over all masks; empty when there are none.</summary>
    public ImmutableArray<long> ClassPixels { get; init; } = [];

    /// <summary>In how many masks each class occurs; empty when there are none.</summary>
    public ImmutableArray<int> ClassImages { get; init; } = [];

    /// <summary>The images' names in the source, in order; empty when they have none.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>The largest size of images that an archive may have.</summary>
    public const int LargestSize = 4096;

    /// <summary>The header as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Json(FormatName, FormatVersion, Size, Count, Source, Layout?.ToJson(), ClassPixels, ClassImages, Names), StrictJson.Options);

    /// <summary>Reads and checks what <see cref="ToJson"/> writes; <paramref name="source"/> is named in errors.</summary>
    /// <exception cref="DatasetFormatException">The JSON is invalid, of another format or version, or contradicts itself.</exception>
    public static DatasetHeader FromJson(ReadOnlySpan<byte> json, string source)
    {
        DatasetHeader header;
        try
        {
            Json read = JsonSerializer.Deserialize<Json>(json, StrictJson.Options) ?? throw new DatasetFormatException($"{source}: empty.");
            if (read.Format != FormatName) throw new DatasetFormatException($"{source}: format '{read.Format}', expected '{FormatName}'.");
            if (read.Version != FormatVersion) throw new DatasetFormatException($"{source}: format version {read.Version}, this program reads {FormatVersion}.");
            header = new()
            {
                Size = read.Size,
                Count = read.Count,
                Source = read.Source,
                Layout = read.Layout is null ? null : SemanticLayout.FromJson(read.Layout, source),
                ClassPixels = OrEmpty(read.ClassPixels),
                ClassImages = OrEmpty(read.ClassImages),
                Names = OrEmpty(read.Names),
            };
        }
        catch (Exception e) when (e is JsonException or InputException and not DatasetFormatException)
        {
            throw new DatasetFormatException(e is JsonException ? $"{source}: invalid JSON: {e.Message}" : e.Message, e);
        }
        header.Check(source);
        return header;
    }

    private void Check(string source)
    {
        int classes = Layout?.Count ?? 0;
        if (Size is < 1 or > LargestSize) throw new DatasetFormatException($"{source}: size {Size}, expected 1 to {LargestSize}.");
        if (Count < 1) throw new DatasetFormatException($"{source}: {Count} images, expected at least one.");
        if (ClassPixels.Length != classes || ClassImages.Length != classes)
            throw new DatasetFormatException($"{source}: class counts for {ClassPixels.Length} and {ClassImages.Length} classes, expected {classes}.");
        if (Names.Contains(null!)) throw new DatasetFormatException($"{source}: a name is null.");
        if (Names.Length != 0 && Names.Length != Count) throw new DatasetFormatException($"{source}: {Names.Length} names for {Count} images.");
    }

    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> array) => array.IsDefault ? [] : array;

    private sealed record Json(
        string Format, int Version, int Size, int Count, string Source, JsonObject? Layout,
        ImmutableArray<long> ClassPixels, ImmutableArray<int> ClassImages, ImmutableArray<string> Names);
}

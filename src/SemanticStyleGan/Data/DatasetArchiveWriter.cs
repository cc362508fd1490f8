using System.Collections.Immutable;
using System.IO.Compression;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Data;

/// <summary>Writes a <see cref="DatasetArchive"/>, sample by sample in order. The same samples give the same bytes.</summary>
public sealed class DatasetArchiveWriter
{
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ZipArchive _zip;
    private readonly string _source;
    private readonly long[] _classPixels;
    private readonly int[] _classImages;
    private readonly ImmutableArray<string>.Builder _names = ImmutableArray.CreateBuilder<string>();

    private DatasetArchiveWriter(ZipArchive zip, SemanticLayout? layout, int size, string source)
    {
        (_zip, Layout, Size, _source) = (zip, layout, size, source);
        (_classPixels, _classImages) = (new long[layout?.Count ?? 0], new int[layout?.Count ?? 0]);
    }

    /// <summary>The classes of the masks, or null when there are none.</summary>
    public SemanticLayout? Layout { get; }

    /// <summary>Width and height of every image, in pixels.</summary>
    public int Size { get; }

    /// <summary>How many samples were added.</summary>
    public int Count { get; private set; }

    /// <summary>Writes an archive whole or not at all: <paramref name="fill"/> adds the samples; if it throws, no file is left.</summary>
    /// <exception cref="InputException">The file can't be written, or no sample was added.</exception>
    public static void Write(string path, SemanticLayout? layout, int size, string source, Action<DatasetArchiveWriter> fill) => AtomicFile.Write(path, stream =>
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        DatasetArchiveWriter writer = new(zip, layout, size, source);
        fill(writer);
        if (writer.Count == 0) throw new InputException($"{path}: not written, there are no images.");
        writer.AddEntry(DatasetHeader.EntryName, writer.CreateHeader().ToJson());
    });

    /// <summary>Encodes a sample; may run on any thread. <paramref name="labels"/> is empty when there are no masks.</summary>
    public EncodedSample Encode(ReadOnlySpan<byte> rgb, ReadOnlySpan<byte> labels, string? name = null)
    {
        if (Layout is null) return new EncodedSample(PngCodec.Encode(Size, Size, rgb), null, [], name);
        long[] pixels = new long[Layout.Count];
        foreach (byte label in labels) pixels[label]++;
        return new EncodedSample(PngCodec.Encode(Size, Size, rgb), IndexPng.Encode(Size, Size, labels, Layout), pixels, name);
    }

    /// <summary>Appends an encoded sample; one thread at a time.</summary>
    public void Add(EncodedSample sample)
    {
        AddEntry(DatasetArchive.ImageEntry(Count), sample.Image);
        if (sample.Mask is not null) AddEntry(DatasetArchive.MaskEntry(Count), sample.Mask);
        for (int i = 0; i < _classPixels.Length; i++)
        {
            _classPixels[i] += sample.ClassPixels[i];
            if (sample.ClassPixels[i] > 0) _classImages[i]++;
        }
        if (sample.Name is not null) _names.Add(sample.Name);
        Count++;
    }

    private void AddEntry(string name, byte[] content)
    {
        ZipArchiveEntry entry = _zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = EntryTime;
        entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16; // an ordinary file that its owner writes and all read
        using Stream stream = entry.Open();
        stream.Write(content);
    }

    private DatasetHeader CreateHeader() => new()
    {
        Size = Size,
        Count = Count,
        Source = _source,
        Layout = Layout,
        ClassPixels = [.. _classPixels],
        ClassImages = [.. _classImages],
        Names = _names.ToImmutable(),
    };

    /// <summary>A sample's PNG files and how many pixels each class has.</summary>
    public sealed record EncodedSample(byte[] Image, byte[]? Mask, long[] ClassPixels, string? Name);
}

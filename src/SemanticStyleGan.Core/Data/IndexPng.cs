using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace SemanticStyleGan.Data;

/// <summary>
/// PNG files whose pixel values are class indices, kept exactly: written as 8-bit palette images in the classes' colours, read from
/// palette and grey images of up to 8 bits. Image libraries give a palette image's colours, not its indices, hence a codec of our own.
/// </summary>
public static class IndexPng
{
    private const int LargestSide = 16384;

    // Deflate expands a byte to at most 1032: a header that promises more pixels than the data can hold is refused before memory is taken.
    private const long LargestExpansion = 1032;

    internal static ReadOnlySpan<byte> Signature => PngWriter.Signature;

    /// <summary>Encodes a mask with the layout's colours as palette; the same mask gives the same bytes.</summary>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> classes, SemanticLayout layout) =>
        PngWriter.Encode(width, height, PngColor.Palette, classes, MaskColors.Palette(layout));

    /// <summary>Encodes a mask as a grey image whose values are the indices, as the authors' data sets have them.</summary>
    public static byte[] EncodeGrey(int width, int height, ReadOnlySpan<byte> classes) => PngWriter.Encode(width, height, PngColor.Grey, classes);

    /// <summary>Encodes a mask with the layout's colours as palette; the same mask gives the same bytes.</summary>
    public static byte[] Encode(LabelMap labels, SemanticLayout layout) => Encode(labels.Width, labels.Height, labels.Classes, layout);

    /// <summary>Whether the bytes are a PNG that holds one number a pixel (grey or palette), not colours.</summary>
    public static bool HoldsIndices(ReadOnlySpan<byte> png) => png.Length > 25 && png.StartsWith(Signature) && png[25] is 0 or 3;

    /// <summary>Reads a mask.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="expectedSide">Width and height that the mask must have, checked before anything is decoded; null for any.</param>
    /// <exception cref="DatasetFormatException">No PNG, damaged, of another size, or a kind that holds no indices.</exception>
    public static LabelMap Decode(ReadOnlySpan<byte> png, string source, int? expectedSide = null)
    {
        if (!png.StartsWith(Signature)) throw new DatasetFormatException($"{source}: not a PNG image.");
        Header? header = null;
        using MemoryStream compressed = new();
        for (int at = Signature.Length; ;)
        {
            if (at + 12 > png.Length) throw Damaged(source, "it ends early");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) throw Damaged(source, "it ends early");
            ReadOnlySpan<byte> type = png.Slice(at + 4, 4), content = png.Slice(at + 8, (int)length);
            if (PngWriter.Checksum(type, content) != BinaryPrimitives.ReadUInt32BigEndian(png[(at + 8 + (int)length)..])) throw Damaged(source, "a checksum is wrong");
            if (header is null) header = type.SequenceEqual("IHDR"u8) ? Header.Parse(content, source, expectedSide) : throw Damaged(source, "its header is missing");
            else if (type.SequenceEqual("IDAT"u8)) compressed.Write(content);
            else if (type.SequenceEqual("IEND"u8)) break;
            at += 12 + (int)length;
        }
        return Unpack(header.Value, compressed, source);
    }

    private static LabelMap Unpack(Header header, MemoryStream compressed, string source)
    {
        int stride = (header.Width * header.Bits + 7) / 8;
        if ((stride + 1L) * header.Height > compressed.Length * LargestExpansion) throw Damaged(source, "there are fewer pixels than its header says");
        compressed.Position = 0;
        byte[] classes = new byte[header.Width * header.Height];
        byte[] above = new byte[stride], row = new byte[stride];
        try
        {
            using ZLibStream inflate = new(compressed, CompressionMode.Decompress);
            for (int y = 0; y < header.Height; y++)
            {
                int filter = inflate.ReadByte();
                if (inflate.ReadAtLeast(row, stride, throwOnEndOfStream: false) < stride) throw Damaged(source, "there are fewer pixels than its header says");
                Unfilter(filter, row, above, source);
                Spread(row, header.Bits, classes.AsSpan(y * header.Width, header.Width));
                (above, row) = (row, above);
            }
        }
        catch (InvalidDataException e)
        {
            throw new DatasetFormatException($"{source}: damaged PNG image (its compressed data is invalid).", e);
        }
        return new LabelMap(header.Width, header.Height, classes);
    }

    // PNG specification, 9.2; a pixel is at most one byte here.
    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, string source)
    {
        byte left = 0, corner = 0;
        for (int x = 0; x < row.Length; x++)
        {
            byte predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => above[x],
                3 => (byte)((left + above[x]) / 2),
                4 => (byte)PngWriter.Paeth(left, above[x], corner),
                _ => throw Damaged(source, $"row filter {filter}"),
            };
            corner = above[x];
            left = row[x] = (byte)(row[x] + predicted);
        }
    }

    private static void Spread(ReadOnlySpan<byte> row, int bits, Span<byte> values)
    {
        int perByte = 8 / bits, mask = (1 << bits) - 1;
        for (int x = 0; x < values.Length; x++)
            values[x] = (byte)(row[x / perByte] >> (8 - bits * (x % perByte + 1)) & mask);
    }

    private static DatasetFormatException Damaged(string source, string what) => new($"{source}: damaged PNG image ({what}).");

    private readonly record struct Header(int Width, int Height, int Bits)
    {
        internal static Header Parse(ReadOnlySpan<byte> content, string source, int? expectedSide)
        {
            if (content.Length != 13) throw Damaged(source, "its header is too short");
            uint width = BinaryPrimitives.ReadUInt32BigEndian(content), height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
            if (expectedSide is { } side && (width != side || height != side))
                throw new DatasetFormatException($"{source}: {width}×{height} pixels, expected {side}×{side}.");
            if (width is 0 or > LargestSide || height is 0 or > LargestSide)
                throw new DatasetFormatException($"{source}: {width}×{height} pixels, expected sides from 1 to {LargestSide}.");
            if (content[9] is not (0 or 3)) throw new DatasetFormatException($"{source}: a PNG of colours, expected one of class indices (grey or palette).");
            if (content[8] is not (1 or 2 or 4 or 8)) throw new DatasetFormatException($"{source}: {content[8]} bits a pixel, expected 1, 2, 4 or 8.");
            if (content[10] != 0 || content[11] != 0) throw Damaged(source, "unknown compression or filter method");
            if (content[12] != 0) throw new DatasetFormatException($"{source}: an interlaced PNG; save it without interlacing.");
            return new Header((int)width, (int)height, content[8]);
        }
    }
}

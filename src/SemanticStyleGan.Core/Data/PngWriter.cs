using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace SemanticStyleGan.Data;

/// <summary>How the values of a pixel are meant; the numbers are those of the PNG format.</summary>
internal enum PngColor : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    RgbAlpha = 6,
}

/// <summary>Writes 8-bit PNG files; the same pixels give the same bytes. Source: https://www.w3.org/TR/png-3.</summary>
internal static class PngWriter
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A file of pixels whose rows follow each other without gap.</summary>
    internal static byte[] Encode(int width, int height, PngColor color, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> palette = default)
    {
        using MemoryStream png = new();
        png.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9], header[10], header[11], header[12]) = (8, (byte)color, 0, 0, 0); // 8 bits, deflate, adaptive filters, not interlaced
        WriteChunk(png, "IHDR", header);
        if (!palette.IsEmpty) WriteChunk(png, "PLTE", palette);
        using MemoryStream compressed = new();
        bool indices = color is PngColor.Palette or PngColor.Grey;
        using (ZLibStream deflate = new(compressed, indices ? CompressionLevel.SmallestSize : CompressionLevel.Optimal, leaveOpen: true))
        {
            if (indices) WritePlain(deflate, width, pixels);
            else WriteFiltered(deflate, width, color == PngColor.Rgb ? 3 : 4, pixels);
        }
        WriteChunk(png, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>The checksum of a chunk.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Crc32 crc = new();
        crc.Append(type);
        crc.Append(content);
        return crc.GetCurrentHashAsUInt32();
    }

    // Neighbouring indices are alike, not close: no filter.
    private static void WritePlain(Stream deflate, int width, ReadOnlySpan<byte> pixels)
    {
        for (int at = 0; at < pixels.Length; at += width)
        {
            deflate.WriteByte(0);
            deflate.Write(pixels.Slice(at, width));
        }
    }

    // Each row is written as its differences from a prediction; of the format's five, the one whose differences are smallest in sum.
    private static void WriteFiltered(Stream deflate, int width, int channels, ReadOnlySpan<byte> pixels)
    {
        int length = width * channels;
        byte[] candidate = new byte[1 + length], best = new byte[1 + length], zeros = new byte[length];
        for (int at = 0; at < pixels.Length; at += length)
        {
            ReadOnlySpan<byte> row = pixels.Slice(at, length), above = at == 0 ? zeros : pixels.Slice(at - length, length);
            long smallest = long.MaxValue;
            for (byte filter = 0; filter < 5; filter++)
            {
                candidate[0] = filter;
                long sum = Filter(filter, row, above, channels, candidate.AsSpan(1));
                if (sum >= smallest) continue;
                (smallest, candidate, best) = (sum, best, candidate);
            }
            deflate.Write(best);
        }
    }

    private static long Filter(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> differences)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < channels ? 0 : row[i - channels], up = above[i], corner = i < channels ? 0 : above[i - channels];
            int predicted = filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) };
            sbyte difference = (sbyte)(row[i] - predicted);
            differences[i] = (byte)difference;
            sum += Math.Abs((int)difference);
        }
        return sum;
    }

    /// <summary>The prediction of the format's filter 4: of three neighbours the one closest to left + up − corner.</summary>
    internal static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static void WriteChunk(MemoryStream png, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        byte[] name = Encoding.ASCII.GetBytes(type);
        png.Write(name);
        png.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(name, content));
        png.Write(number);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SemanticStyleGan.Formats;
using SkiaSharp;

namespace SemanticStyleGan.Data;

/// <summary>
/// An endless animation as one WebP file: each frame is encoded as a still picture when it is added, and the stills are put into one container.
/// </summary>
/// <param name="framesPerSecond">Frames a second.</param>
/// <remarks>Source: https://developers.google.com/speed/webp/docs/riff_container.</remarks>
public sealed class AnimatedWebP(double framesPerSecond)
{
    private const float Quality = 90;
    private readonly List<byte[]> frames = [];
    private int width, height;

    /// <summary>Adds a frame; all frames have the first one's size.</summary>
    /// <exception cref="ArgumentException">Another size.</exception>
    public void Add(RgbImage frame)
    {
        if (frames.Count == 0) (width, height) = (frame.Width, frame.Height);
        if (frame.Width != width || frame.Height != height) throw new ArgumentException("frames of different sizes", nameof(frame));
        frames.Add(Bitstream(Still(frame)));
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Write(string path) => AtomicFile.WriteBytes(path, Encode());

    /// <summary>The file's bytes.</summary>
    public byte[] Encode()
    {
        if (frames.Count == 0) throw new InvalidOperationException("no frames");
        using MemoryStream body = new();
        body.Write("WEBP"u8);
        Chunk(body, "VP8X"u8, [0x02, 0, 0, 0, .. Int24(width - 1), .. Int24(height - 1)]);        // 0x02: animated
        Chunk(body, "ANIM"u8, [255, 255, 255, 255, 0, 0]);                                       // white ground, for ever
        int shown = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            // Durations are whole milliseconds; rounding their ends keeps the mean rate right.
            int end = (int)Math.Round((i + 1) * 1000 / framesPerSecond);
            Chunk(body, "ANMF"u8, [0, 0, 0, 0, 0, 0, .. Int24(width - 1), .. Int24(height - 1), .. Int24(end - shown), 0x02, .. frames[i]]); // 0x02: no blending
            shown = end;
        }
        using MemoryStream file = new();
        Chunk(file, "RIFF"u8, body.ToArray());
        return file.ToArray();
    }

    private static byte[] Still(RgbImage frame)
    {
        byte[] padded = new byte[4 * frame.Width * frame.Height];
        for (int from = 0, to = 0; to < padded.Length; from += 3, to += 4)
            (padded[to], padded[to + 1], padded[to + 2], padded[to + 3]) = (frame.Pixels[from], frame.Pixels[from + 1], frame.Pixels[from + 2], 255);
        GCHandle pin = GCHandle.Alloc(padded, GCHandleType.Pinned);
        try
        {
            using SKPixmap pixels = new(new SKImageInfo(frame.Width, frame.Height, SKColorType.Rgb888x, SKAlphaType.Opaque), pin.AddrOfPinnedObject(), 4 * frame.Width);
            using SKData data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality)) ?? throw new InvalidOperationException("the WebP encoder failed");
            return data.ToArray();
        }
        finally
        {
            pin.Free();
        }
    }

    // The picture's own chunk (VP8 or VP8L) with header and padding, without colour profiles and the like.
    private static byte[] Bitstream(byte[] still)
    {
        for (int at = 12; at + 8 <= still.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(still.AsSpan(at + 4)), padded = 8 + length + (length & 1);
            if (still.AsSpan(at, 4).SequenceEqual("VP8 "u8) || still.AsSpan(at, 4).SequenceEqual("VP8L"u8)) return still[at..(at + padded)];
            at += padded;
        }
        throw new InvalidOperationException("the WebP encoder gave no picture");
    }

    private static byte[] Int24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    private static void Chunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        stream.Write(name);
        stream.Write(length);
        stream.Write(content);
        if (content.Length % 2 == 1) stream.WriteByte(0);
    }
}

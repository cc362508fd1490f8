using System.Runtime.InteropServices;
using SemanticStyleGan.Formats;
using SkiaSharp;

namespace SemanticStyleGan.Data;

/// <summary>PNG files of 8-bit colour pictures; values go in and out unchanged. Masks have their own codec, <see cref="IndexPng"/>.</summary>
public static class PngCodec
{
    private static readonly SKPngEncoderOptions Encoding = new(SKPngEncoderFilterFlags.AllFilters, zLibLevel: 6);

    /// <summary>Encodes a picture; the same pixels give the same bytes.</summary>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != 3 * width * height) throw new ArgumentException($"{rgb.Length} bytes for {width}×{height} pixels.", nameof(rgb));
        return Encode(width, height, Padded(rgb, []), SKColorType.Rgb888x, SKAlphaType.Opaque);
    }

    /// <summary>Encodes a picture that is transparent where <paramref name="alpha"/> (one byte a pixel) is less than 255.</summary>
    public static byte[] EncodeTransparent(RgbImage image, ReadOnlySpan<byte> alpha)
    {
        if (alpha.Length != image.Width * image.Height) throw new ArgumentException($"{alpha.Length} bytes for {image.Width}×{image.Height} pixels.", nameof(alpha));
        return Encode(image.Width, image.Height, Padded(image.Pixels, alpha), SKColorType.Rgba8888, SKAlphaType.Unpremul);
    }

    /// <summary>Encodes a picture; the same pixels give the same bytes.</summary>
    public static byte[] Encode(RgbImage image) => Encode(image.Width, image.Height, image.Pixels);

    /// <summary>Writes a picture as a PNG file, whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.WriteBytes(path, Encode(image));

    /// <summary>Decodes a PNG whose size is known into <paramref name="rgb"/>; nothing is decoded if the size in its header differs. Alpha is dropped.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="width">Expected width.</param>
    /// <param name="height">Expected height.</param>
    /// <param name="rgb">3 · width · height bytes to fill.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <exception cref="DatasetFormatException">No PNG, damaged, or of another size.</exception>
    public static void Decode(ReadOnlySpan<byte> png, int width, int height, Span<byte> rgb, string source)
    {
        if (!png.StartsWith(IndexPng.Signature)) throw new DatasetFormatException($"{source}: not a PNG image.");
        using SKData data = SKData.CreateCopy(png);
        using SKCodec codec = SKCodec.Create(data) ?? throw new DatasetFormatException($"{source}: damaged PNG image (its header cannot be read).");
        if (codec.Info.Width != width || codec.Info.Height != height)
            throw new DatasetFormatException($"{source}: {codec.Info.Width}×{codec.Info.Height} pixels, expected {width}×{height}.");
        // No colour space is given, so nothing is converted.
        byte[] rgba = new byte[4 * width * height];
        GCHandle pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            SKCodecResult result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), pin.AddrOfPinnedObject());
            if (result != SKCodecResult.Success) throw new DatasetFormatException($"{source}: damaged PNG image ({result}).");
        }
        finally
        {
            pin.Free();
        }
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
    }

    private static byte[] Padded(ReadOnlySpan<byte> rgb, ReadOnlySpan<byte> alpha)
    {
        byte[] padded = new byte[rgb.Length / 3 * 4];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
            (padded[to], padded[to + 1], padded[to + 2], padded[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], alpha.IsEmpty ? (byte)255 : alpha[to / 4]);
        return padded;
    }

    private static byte[] Encode(int width, int height, byte[] pixels, SKColorType color, SKAlphaType alpha)
    {
        GCHandle pin = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            using SKPixmap pixmap = new(new SKImageInfo(width, height, color, alpha), pin.AddrOfPinnedObject(), 4 * width);
            using SKData data = pixmap.Encode(Encoding) ?? throw new InvalidOperationException("the PNG encoder failed");
            return data.ToArray();
        }
        finally
        {
            pin.Free();
        }
    }
}

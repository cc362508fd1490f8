using System.Runtime.InteropServices;
using SkiaSharp;

namespace SemanticStyleGan.Data;

/// <summary>Reads PNG files of 8-bit colour pictures; values come out unchanged.</summary>
public static class PngDecoder
{
    /// <summary>Decodes a PNG whose size is known into <paramref name="rgb"/>; nothing is decoded if the size in its header differs. Alpha is dropped.</summary>
    /// <param name="png">The file's bytes.</param>
    /// <param name="width">Expected width.</param>
    /// <param name="height">Expected height.</param>
    /// <param name="rgb">3 · width · height bytes to fill.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <exception cref="DatasetFormatException">No PNG, damaged, or of another size.</exception>
    public static void Decode(ReadOnlySpan<byte> png, int width, int height, Span<byte> rgb, string source)
    {
        if (!png.StartsWith(PngWriter.Signature)) throw new DatasetFormatException($"{source}: not a PNG image.");
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
}

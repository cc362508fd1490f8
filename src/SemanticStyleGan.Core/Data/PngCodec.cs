using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Data;

/// <summary>PNG files of 8-bit colour pictures; values go in unchanged. Masks have their own codec, <see cref="IndexPng"/>.</summary>
public static class PngCodec
{
    /// <summary>Encodes a picture; the same pixels give the same bytes.</summary>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != 3 * width * height) throw new ArgumentException($"{rgb.Length} bytes for {width}×{height} pixels.", nameof(rgb));
        return PngWriter.Encode(width, height, PngColor.Rgb, rgb);
    }

    /// <summary>Encodes a picture that is transparent where <paramref name="alpha"/> (one byte a pixel) is less than 255.</summary>
    public static byte[] EncodeTransparent(RgbImage image, ReadOnlySpan<byte> alpha)
    {
        if (alpha.Length != image.Width * image.Height) throw new ArgumentException($"{alpha.Length} bytes for {image.Width}×{image.Height} pixels.", nameof(alpha));
        byte[] pixels = new byte[4 * alpha.Length];
        for (int i = 0; i < alpha.Length; i++)
        {
            image.Pixels.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[4 * i + 3] = alpha[i];
        }
        return PngWriter.Encode(image.Width, image.Height, PngColor.RgbAlpha, pixels);
    }

    /// <summary>Encodes a picture; the same pixels give the same bytes.</summary>
    public static byte[] Encode(RgbImage image) => Encode(image.Width, image.Height, image.Pixels);

    /// <summary>Writes a picture as a PNG file, whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.WriteBytes(path, Encode(image));
}

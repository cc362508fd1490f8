using System.Runtime.InteropServices;
using SkiaSharp;

namespace SemanticStyleGan.Data;

/// <summary>Reads pictures that a user has: JPEG, PNG, WebP, BMP or GIF.</summary>
public static class ImageFiles
{
    private const long LargestFile = 512L << 20, LargestPixels = 200_000_000;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Whether a file's name ends like a picture's.</summary>
    public static bool HasPictureName(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a picture as a viewer would show it: turned upright as its EXIF orientation says, in sRGB, transparent pixels over white.
    /// </summary>
    /// <exception cref="DatasetFormatException">The file is no picture, damaged or too large.</exception>
    /// <exception cref="InputException">The file can't be read.</exception>
    public static RgbImage Read(string path) => Decode(ReadBytes(path), path, asShown: true);

    /// <summary>Reads a picture's values as they are stored: no orientation, no colour conversion, transparency ignored. For masks.</summary>
    /// <exception cref="DatasetFormatException">The file is no picture, damaged or too large.</exception>
    /// <exception cref="InputException">The file can't be read.</exception>
    public static RgbImage ReadRaw(string path) => Decode(ReadBytes(path), path, asShown: false);

    /// <summary>Reads a file of the size that pictures have.</summary>
    /// <exception cref="InputException">The file is missing, empty, too large or unreadable.</exception>
    internal static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder, expected a picture.");
        try
        {
            // Looking at the length first also keeps away from pipes and devices, which would block or never end.
            long length = new FileInfo(path).Length;
            if (length == 0) throw new DatasetFormatException($"{path}: is empty.");
            if (length > LargestFile) throw new DatasetFormatException($"{path}: has {length:N0} bytes, expected at most {LargestFile:N0}.");
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException e)
        {
            throw new InputException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: could not be read: {e.Message}", e);
        }
    }

    /// <summary>Decodes a picture from an untrusted source, upright, in sRGB, over white; nothing is decoded if its header promises too much.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <param name="mostPixels">Most pixels that are accepted.</param>
    /// <exception cref="DatasetFormatException">No picture, damaged, or too large.</exception>
    public static RgbImage Decode(byte[] file, string source, long mostPixels) => Decode(file, source, asShown: true, mostPixels);

    internal static RgbImage Decode(byte[] file, string source, bool asShown, long mostPixels = LargestPixels)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data) ?? throw new DatasetFormatException($"{source}: not a picture that can be read, expected JPEG, PNG, WebP, BMP or GIF.");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > mostPixels) throw new DatasetFormatException($"{source}: {width}×{height} pixels, expected at most {mostPixels:N0} in all.");
        byte[] rgba = new byte[4 * width * height];
        GCHandle pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            using SKColorSpace? space = asShown ? SKColorSpace.CreateSrgb() : null;
            SKCodecResult result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, space), pin.AddrOfPinnedObject());
            if (result != SKCodecResult.Success) throw new DatasetFormatException($"{source}: damaged picture ({Reason(result)}).");
        }
        finally
        {
            pin.Free();
        }
        return asShown ? Upright(OverWhite(rgba, width, height), codec.EncodedOrigin) : WithoutAlpha(rgba, width, height);
    }

    private static string Reason(SKCodecResult result) => result == SKCodecResult.IncompleteInput ? "it ends early" : result.ToString();

    private static RgbImage WithoutAlpha(byte[] rgba, int width, int height)
    {
        RgbImage image = new(width, height);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3) rgba.AsSpan(from, 3).CopyTo(image.Pixels.AsSpan(to));
        return image;
    }

    private static RgbImage OverWhite(byte[] rgba, int width, int height)
    {
        RgbImage image = new(width, height);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
            for (int channel = 0; channel < 3; channel++)
                image.Pixels[to + channel] = (byte)((rgba[from + channel] * rgba[from + 3] + 255 * (255 - rgba[from + 3]) + 127) / 255);
        return image;
    }

    // EXIF orientations: the first four keep rows as rows, the others make them columns.
    private static RgbImage Upright(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or 0) return stored;
        bool turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        int width = turned ? stored.Height : stored.Width, height = turned ? stored.Width : stored.Height;
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (int fromX, int fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, width - 1 - x),
                    SKEncodedOrigin.RightBottom => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x), // LeftBottom
                };
                stored.Pixels.AsSpan(3 * (fromY * stored.Width + fromX), 3).CopyTo(image.Pixels.AsSpan(3 * (y * width + x)));
            }
        return image;
    }
}

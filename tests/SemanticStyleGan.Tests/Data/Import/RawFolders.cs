using SemanticStyleGan.Data;
using SkiaSharp;

namespace SemanticStyleGan.Tests.Data.Import;

/// <summary>Writes tiny raw folders as users have them.</summary>
internal static class RawFolders
{
    /// <summary>A CelebAMask-HQ folder: pictures of one colour, masks by part.</summary>
    internal static void WriteCelebAMask(TemporaryFolder folder, int number, int side, params (string Part, Func<int, int, bool> Covers)[] parts)
    {
        RgbImage image = new(side, side);
        Array.Fill(image.Pixels, (byte)(40 + number));
        using SKBitmap bitmap = SKBitmap.Decode(PngCodec.Encode(image));
        File.WriteAllBytes(folder.File($"CelebA-HQ-img/{number}.jpg"), bitmap.Encode(SKEncodedImageFormat.Jpeg, 100).ToArray());
        foreach ((string part, Func<int, int, bool> covers) in parts)
        {
            RgbImage mask = new(side, side);
            for (int i = 0; i < mask.Pixels.Length; i++) mask.Pixels[i] = covers(i / 3 % side, i / 3 / side) ? (byte)255 : (byte)0;
            PngCodec.Write(folder.File($"CelebAMask-HQ-mask-anno/{number / 2000}/{number:00000}_{part}.png"), mask);
        }
    }

    internal static (byte[] Rgb, byte[] Labels) ReadSample(ISampleSource source, int index)
    {
        byte[] rgb = new byte[3 * source.Size * source.Size], labels = new byte[source.Layout is null ? 0 : source.Size * source.Size];
        source.Read(index, rgb, labels);
        return (rgb, labels);
    }
}

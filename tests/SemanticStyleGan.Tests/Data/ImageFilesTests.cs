using SemanticStyleGan.Data;
using SkiaSharp;

namespace SemanticStyleGan.Tests.Data;

public sealed class ImageFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Red, green over blue, white in blocks of 16 pixels, as EXIF orientation `orientation` stores an upright picture of 32×32.
    private string WriteJpeg(int orientation)
    {
        using SKBitmap bitmap = new(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++)
                bitmap.SetPixel(x, y, (x < 16, y < 16) switch { (true, true) => SKColors.Red, (false, true) => SKColors.Lime, (true, false) => SKColors.Blue, _ => SKColors.White });
        byte[] jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100).ToArray();
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0];
        string path = _folder.File($"{orientation}.jpg");
        File.WriteAllBytes(path, [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]]);
        return path;
    }

    // Where a viewer shows the stored corners (top left, top right, bottom left, bottom right), after the EXIF specification.
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void Photographs_are_turned_upright(int orientation, string corners)
    {
        RgbImage image = ImageFiles.Read(WriteJpeg(orientation));
        string found = "";
        foreach ((int x, int y) in new[] { (4, 4), (27, 4), (4, 27), (27, 27) })
        {
            Span<byte> p = image.Pixels.AsSpan(3 * (y * 32 + x), 3);
            found += (p[0] > 127, p[1] > 127, p[2] > 127) switch { (true, false, false) => 'R', (false, true, false) => 'G', (false, false, true) => 'B', (true, true, true) => 'W', _ => '?' };
        }
        Assert.Equal(corners, found);
    }

    [Fact]
    public void Transparent_pixels_are_shown_over_white_but_ignored_in_masks()
    {
        using SKBitmap bitmap = new(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 100, 0, 255));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 0, 51));
        File.WriteAllBytes(_folder.File("a.png"), bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        Assert.Equal([200, 100, 0, 244, 224, 204], ImageFiles.Read(_folder.File("a.png")).Pixels);
        Assert.Equal([200, 100, 0, 200, 100, 0], ImageFiles.ReadRaw(_folder.File("a.png")).Pixels);
    }

    [Fact]
    public void What_cannot_be_read_is_named_with_the_reason()
    {
        File.WriteAllText(_folder.File("text.png"), "hello");
        File.WriteAllText(_folder.File("empty.png"), "");
        byte[] jpeg = File.ReadAllBytes(WriteJpeg(1));
        File.WriteAllBytes(_folder.File("short.jpg"), jpeg[..^8]);
        foreach ((string name, string reason) in new[] { ("text.png", "not a picture"), ("empty.png", "is empty"), ("short.jpg", "ends early"), ("none.png", "no such file"), ("", "is a folder") })
        {
            string message = Assert.ThrowsAny<InputException>(() => ImageFiles.Read(_folder.File(name))).Message;
            Assert.Contains(reason, message);
            Assert.Contains(name, message);
        }
    }
}

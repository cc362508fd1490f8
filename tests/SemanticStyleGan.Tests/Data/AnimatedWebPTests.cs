using SemanticStyleGan.Data;
using SkiaSharp;

namespace SemanticStyleGan.Tests.Data;

public sealed class AnimatedWebPTests
{
    [Fact]
    public void A_decoder_finds_every_frame_with_its_duration_and_its_colours()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "a.webp");
        AnimatedWebP animation = new(framesPerSecond: 30);
        byte[][] colors = [[250, 10, 10], [10, 250, 10], [10, 10, 250]];
        foreach (byte[] color in colors)
        {
            RgbImage frame = new(33, 20);
            for (int i = 0; i < frame.Pixels.Length; i++) frame.Pixels[i] = color[i % 3];
            animation.Add(frame);
        }
        animation.Write(path);

        using SKCodec codec = SKCodec.Create(path);
        Assert.Equal((33, 20), (codec.Info.Width, codec.Info.Height));
        Assert.Equal(3, codec.FrameCount);
        Assert.Equal(100, codec.FrameInfo.Sum(f => f.Duration));
        Assert.Equal(-1, codec.RepetitionCount);
        for (int i = 0; i < 3; i++)
        {
            using SKBitmap bitmap = new(new SKImageInfo(33, 20));
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels(), new SKCodecOptions(i)));
            SKColor pixel = bitmap.GetPixel(16, 10);
            Assert.InRange(Math.Abs(pixel.Red - colors[i][0]) + Math.Abs(pixel.Green - colors[i][1]) + Math.Abs(pixel.Blue - colors[i][2]), 0, 24);
        }
    }
}

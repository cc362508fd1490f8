using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Data;

namespace SemanticStyleGan.Tests.Data;

public sealed class ImageResizeTests
{
    private static readonly Arbitrary<int> Side = Gen.Choose(1, 40).ToArbitrary();

    private static RgbImage Noise(int width, int height, int seed)
    {
        RgbImage image = new(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    [Property(MaxTest = 200)]
    public Property A_constant_picture_stays_constant() => Prop.ForAll(Side, Side, Gen.Choose(0, 255).ToArbitrary(), (from, to, value) =>
    {
        RgbImage image = new(from, 3);
        Array.Fill(image.Pixels, (byte)value);
        RgbImage result = ImageResize.Lanczos(image, to, 5);
        return result.Width == to && result.Height == 5 && result.Pixels.All(p => p == value);
    });

    // The definition, straight: every new pixel is the normalised sum over all old pixels of the widened Lanczos kernel at their distance.
    [Property(MaxTest = 40)]
    public Property Pictures_follow_the_definition_of_Lanczos_3() => Prop.ForAll(Side, Side, Gen.Choose(0, 1000).ToArbitrary(), (from, to, seed) =>
    {
        RgbImage image = Noise(from, from + 2, seed), result = ImageResize.Lanczos(image, to, 7);
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < to; x++)
                for (int c = 0; c < 3; c++)
                {
                    (double sum, double weights) = (0, 0);
                    for (int v = 0; v < image.Height; v++)
                        for (int u = 0; u < image.Width; u++)
                        {
                            double w = Weight(x, u, image.Width, to) * Weight(y, v, image.Height, 7);
                            (sum, weights) = (sum + w * image.Pixels[3 * (v * image.Width + u) + c], weights + w);
                        }
                    if (Math.Abs(Math.Clamp(sum / weights, 0, 255) - result.Pixels[3 * (y * to + x) + c]) > 0.502) return false;
                }
        return true;

        static double Weight(int target, int old, int oldSize, int newSize)
        {
            double scale = (double)oldSize / newSize, t = (old + 0.5 - (target + 0.5) * scale) / Math.Max(1, scale), p = Math.PI * t;
            return t == 0 ? 1 : Math.Abs(t) >= 3 ? 0 : 3 * Math.Sin(p) * Math.Sin(p / 3) / (p * p);
        }
    });

    [Fact]
    public void Fine_stripes_become_grey_rather_than_coarse_stripes()
    {
        RgbImage stripes = new(512, 8);
        for (int i = 0; i < stripes.Pixels.Length; i++) stripes.Pixels[i] = (byte)(i / 3 % 2 * 255);
        Assert.All(ImageResize.Lanczos(stripes, 60, 8).Pixels[30..^30], p => Assert.InRange(p, 120, 136));
    }

    [Fact]
    public void Masks_take_the_class_at_the_pixels_centre()
    {
        LabelMap row = new(9, 1, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal([1, 4, 7], ImageResize.Nearest(row, 3, 1).Classes);
        Assert.Equal([2, 6], ImageResize.Nearest(row, 2, 1).Classes); // centres at 2.25 and 6.75
        Assert.Equal([0, 0, 1, 1], ImageResize.Nearest(new LabelMap(2, 1, [0, 1]), 4, 1).Classes);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(3, 6)]
    public void The_square_in_the_middle_is_the_same_part_of_picture_and_mask(int width, int height)
    {
        LabelMap labels = new(width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)i)]);
        RgbImage image = new(width, height, [.. labels.Classes.SelectMany(c => new[] { c, c, c })]);
        LabelMap square = ImageResize.CentreSquare(labels);
        Assert.Equal((3, 3), (square.Width, square.Height));
        Assert.Equal(width > height ? 1 : width, square.Classes[0]);
        Assert.Equal(square.Classes, ImageResize.CentreSquare(image).Pixels.Where((_, i) => i % 3 == 0));
    }
}

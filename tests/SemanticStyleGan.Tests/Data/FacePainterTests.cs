using SemanticStyleGan.Data.Faces;

namespace SemanticStyleGan.Tests.Data;

public sealed class FacePainterTests
{
    private const int Size = 64;
    private static readonly FaceFactors Plain = new() { DetailSeed = 7 };

    [Fact]
    public void A_plain_face_has_every_part_but_the_worn_ones()
    {
        int[] pixels = SyntheticFacesTests.Histogram(Draw(Plain).Labels);
        foreach (string part in new[] { "background", "face", "eye", "eyebrow", "mouth", "nose", "ear", "hair", "neck", "cloth" })
            Assert.True(pixels[Index(part)] >= 8, $"{part}: {pixels[Index(part)]} pixels");
        foreach (string part in new[] { "glasses", "hat", "earring" }) Assert.Equal(0, pixels[Index(part)]);
    }

    [Theory, MemberData(nameof(AllGlasses))]
    public void Glasses_put_on_are_seen_in_picture_and_mask(GlassesStyle glasses) => Worn(Plain with { Glasses = glasses }, "glasses", 40);

    [Theory, MemberData(nameof(AllHats))]
    public void A_hat_put_on_is_seen_in_picture_and_mask(HatStyle hat) => Worn(Plain with { Hat = hat }, "hat", 250);

    [Theory, MemberData(nameof(AllEarrings))]
    public void Earrings_put_on_are_seen_in_picture_and_mask(EarringStyle earring) => Worn(Plain with { Earring = earring }, "earring", 8);

    [Theory, MemberData(nameof(AllHair))]
    public void Every_hair_style_has_its_own_outline(HairStyle hair)
    {
        byte[] labels = Draw(Plain with { Hair = hair }).Labels;
        int pixels = labels.Count(l => l == Index("hair"));
        Assert.InRange(pixels, hair == HairStyle.Bald ? 0 : 100, hair == HairStyle.Bald ? 0 : 2200);
        foreach (HairStyle other in Enum.GetValues<HairStyle>())
            if (other != hair)
                Assert.True(Draw(Plain with { Hair = other }).Labels.Zip(labels).Count(p => p.First != p.Second) >= 40, $"{hair} and {other} look alike");
    }

    [Fact]
    public void Clear_lenses_leave_the_eyes_and_dark_ones_hide_them()
    {
        int bare = Count(Plain, "eye");
        Assert.InRange(Count(Plain with { Glasses = GlassesStyle.Round }, "eye"), bare * 0.85, bare);
        Assert.Equal(0, Count(Plain with { Glasses = GlassesStyle.Sunglasses }, "eye"));
    }

    [Theory, MemberData(nameof(AllHairColors))]
    public void The_pixels_of_the_hair_have_the_colour_of_the_hair(HairColor color)
    {
        FaceFactors factors = Plain with { Hair = HairStyle.LongStraight, HairColor = color };
        double[] mean = MeanColor(factors, "hair");
        SkiaSharp.SKColor hair = new FacePalette(factors).Hair;
        const double Shading = 0.8; // strands and shade darken the mean
        double distance = Math.Sqrt(Math.Pow(mean[0] - Shading * hair.Red, 2) + Math.Pow(mean[1] - Shading * hair.Green, 2) + Math.Pow(mean[2] - Shading * hair.Blue, 2));
        Assert.InRange(distance, 0, 35);
    }

    [Fact]
    public void Skin_tone_darkens_face_nose_ear_and_neck_together()
    {
        foreach (string part in new[] { "face", "nose", "ear", "neck" })
            Assert.True(MeanColor(Plain with { SkinTone = 0 }, part).Average() > MeanColor(Plain with { SkinTone = 1 }, part).Average() + 70, part);
    }

    [Fact]
    public void Factors_move_what_they_are_named_after()
    {
        Assert.True(Center(Plain with { Yaw = 0.3f }, "nose").X > Center(Plain, "nose").X + 1.5);
        Assert.True(Center(Plain with { ShiftX = 0.05f }, "face").X > Center(Plain, "face").X + 2.5);
        Assert.True(Center(Plain with { ShiftY = 0.05f }, "face").Y > Center(Plain, "face").Y + 2.5);
        Assert.True(Count(Plain with { EyeSize = 0.068f }, "eye") > Count(Plain with { EyeSize = 0.05f }, "eye"));
        Assert.True(Count(Plain with { MouthOpenness = 1 }, "mouth") > Count(Plain, "mouth") + 8);
        Assert.True(Count(Plain with { BrowThickness = 0.03f }, "eyebrow") > Count(Plain with { BrowThickness = 0.014f }, "eyebrow"));
        Assert.True(Count(Plain with { NoseWidth = 0.055f }, "nose") > Count(Plain with { NoseWidth = 0.034f }, "nose"));
        Assert.True(Count(Plain with { Scale = 1.1f }, "face") > Count(Plain, "face") * 1.1);
    }

    [Fact]
    public void Factors_of_the_backdrop_change_nothing_else()
    {
        (byte[] rgb, byte[] labels) = Draw(Plain);
        foreach (BackdropStyle backdrop in Enum.GetValues<BackdropStyle>())
        {
            (byte[] other, byte[] otherLabels) = Draw(Plain with { Backdrop = backdrop, BackdropHue = 30, BackdropLightness = 0.4f });
            Assert.Equal(labels, otherLabels);
            int changed = 0, inside = 0;
            for (int i = 0; i < labels.Length; i++)
            {
                bool differs = Math.Abs(rgb[3 * i] - other[3 * i]) + Math.Abs(rgb[3 * i + 1] - other[3 * i + 1]) + Math.Abs(rgb[3 * i + 2] - other[3 * i + 2]) > 24;
                if (differs && labels[i] == 0) changed++;
                if (differs && labels[i] is 2 or 4 or 5) inside++;
            }
            Assert.True(changed > 1000);
            Assert.Equal(0, inside);
        }
    }

    [Fact]
    public void Sizes_and_spans_that_do_not_fit_are_refused()
    {
        Assert.Throws<InputException>(() => FacePainter.Draw(Plain, 8, new byte[192], new byte[64]));
        Assert.Throws<ArgumentException>(() => FacePainter.Draw(Plain, 16, new byte[10], new byte[256]));
        Assert.Throws<ArgumentException>(() => FacePainter.Draw(Plain, 16, new byte[768], new byte[10]));
    }

    public static TheoryData<GlassesStyle> AllGlasses() => [.. Enum.GetValues<GlassesStyle>().Skip(1)];
    public static TheoryData<HatStyle> AllHats() => [.. Enum.GetValues<HatStyle>().Skip(1)];
    public static TheoryData<EarringStyle> AllEarrings() => [.. Enum.GetValues<EarringStyle>().Skip(1)];
    public static TheoryData<HairStyle> AllHair() => [.. Enum.GetValues<HairStyle>()];
    public static TheoryData<HairColor> AllHairColors() => [.. Enum.GetValues<HairColor>()];

    private static void Worn(FaceFactors factors, string part, int least)
    {
        (byte[] rgb, byte[] labels) = Draw(factors);
        (byte[] bare, _) = Draw(Plain);
        int pixels = 0, changed = 0;
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] == Index(part))
            {
                pixels++;
                if (rgb[3 * i] != bare[3 * i] || rgb[3 * i + 1] != bare[3 * i + 1] || rgb[3 * i + 2] != bare[3 * i + 2]) changed++;
            }
        Assert.InRange(pixels, least, 1200);
        Assert.True(changed >= 0.95 * pixels, $"{part}: {changed} of {pixels} pixels changed");
    }

    private static int Index(string part) => SemanticLayout.Faces.IndexOf(part);

    private static int Count(FaceFactors factors, string part) => Draw(factors).Labels.Count(l => l == Index(part));

    private static (double X, double Y) Center(FaceFactors factors, string part)
    {
        byte[] labels = Draw(factors).Labels;
        int[] at = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == Index(part))];
        return (at.Average(i => i % Size), at.Average(i => i / Size));
    }

    private static double[] MeanColor(FaceFactors factors, string part)
    {
        (byte[] rgb, byte[] labels) = Draw(factors);
        int[] at = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == Index(part))];
        return [.. Enumerable.Range(0, 3).Select(c => at.Average(i => rgb[3 * i + c]))];
    }

    private static (byte[] Rgb, byte[] Labels) Draw(FaceFactors factors)
    {
        byte[] rgb = new byte[Size * Size * 3], labels = new byte[Size * Size];
        FacePainter.Draw(factors, Size, rgb, labels);
        return (rgb, labels);
    }
}

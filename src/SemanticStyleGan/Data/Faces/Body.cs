using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Neck and clothes.</summary>
internal static class Body
{
    public static void Draw(FaceScene s)
    {
        if (s.Factors.Cloth == ClothStyle.Hoodie) HoodBehind(s);
        Neck(s);
        Clothes(s);
        Garment.Draw(s);
    }

    /// <summary>The clothes' main colour, shifted in lightness.</summary>
    public static SKColor Tone(FaceFactors f, float lighter) => Hsl(f.ClothHue, f.ClothSaturation, f.ClothLightness + lighter * (f.ClothLightness > 0.7f ? 0.8f : 1));

    /// <summary>The clothes' outline with the neckline of the style.</summary>
    public static SKPath Outline(FaceScene s)
    {
        float wide = s.Factors.Shoulders;
        (float x, float y, float depth) = Neckline(s.Factors);
        SKPoint At(float u, float v) => s.Pose.Body(u, v);
        bool pointed = s.Factors.Cloth is ClothStyle.VNeck or ClothStyle.Shirt or ClothStyle.Blazer;
        return Contour.Closed(At,
            pointed ? Contour.Corner(0, depth) : new Contour.Knot(0, depth), pointed ? (x * 0.55f, y + (depth - y) * 0.5f) : (x * 0.62f, y + (depth - y) * 0.8f),
            Contour.Corner(x, y), (0.24f * wide, 0.452f), (0.365f * wide, 0.505f), (0.45f * wide, 0.6f), Contour.Corner(0.48f * wide, 0.8f),
            Contour.Corner(-0.48f * wide, 0.8f), (-0.45f * wide, 0.6f), (-0.365f * wide, 0.505f), (-0.24f * wide, 0.452f), Contour.Corner(-x, y),
            pointed ? (-x * 0.55f, y + (depth - y) * 0.5f) : (-x * 0.62f, y + (depth - y) * 0.8f));
    }

    /// <summary>Half width and height of the neckline's upper ends, and its lowest height.</summary>
    public static (float X, float Y, float Depth) Neckline(FaceFactors f) => f.Cloth switch
    {
        ClothStyle.VNeck => (0.13f * f.NeckWidth, 0.408f, 0.525f),
        ClothStyle.ScoopNeck => (0.165f * f.NeckWidth, 0.426f, 0.508f),
        ClothStyle.Shirt => (0.118f * f.NeckWidth, 0.39f, 0.475f),
        ClothStyle.Blazer => (0.122f * f.NeckWidth, 0.39f, 0.47f),
        ClothStyle.Hoodie => (0.15f * f.NeckWidth, 0.4f, 0.468f),
        ClothStyle.Turtleneck => (0.12f * f.NeckWidth, 0.4f, 0.43f),
        _ => (0.13f * f.NeckWidth, 0.402f, 0.456f),
    };

    private static void Neck(FaceScene s)
    {
        FaceFactors f = s.Factors;
        FacePalette p = s.Palette;
        float wide = 0.112f * f.NeckWidth;
        // The upper ends move with the head, the lower ones with the body.
        SKPoint At(float x, float y) => y < 0.28f ? s.Pose.At(x, y, -0.02f) : s.Pose.Body(x, y);
        using SKPath neck = Contour.Symmetric(At, (0, 0.1f), (wide, 0.12f), (wide * 0.98f, 0.3f), (wide * 1.06f, 0.385f), (wide * 1.6f, 0.437f), (wide * 1.85f, 0.47f), (0.2f, 0.6f), (0, 0.72f));
        float lit = MathF.Sign(f.Light);
        s.Canvas.Fill(neck, FaceClass.Neck, Ink.Linear(At(wide * lit, 0.4f), At(-wide * lit, 0.4f), Mix(p.SkinLight, p.Skin, 0.6f), Mix(p.Skin, p.SkinShade, 0.75f)));
        using var inside = s.Canvas.Clip(neck);
        using SKPath shadow = s.FaceOutline(0.05f);
        s.Canvas.Shade(shadow, (Ink)Fade(p.SkinDeep, 0.62f) with { Blur = 0.008f });
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath collarbone = Contour.Open(s.Pose.Body, (side * 0.03f, 0.475f), (side * 0.08f, 0.468f), (side * 0.17f, 0.45f));
            s.Canvas.Stroke(collarbone, 0.006f * s.Pose.Scale, Fade(p.SkinShade, 0.8f));
        }
    }

    private static void Clothes(FaceScene s)
    {
        FaceFactors f = s.Factors;
        using SKPath outline = Outline(s);
        float lit = MathF.Sign(f.Light);
        s.Canvas.Fill(outline, FaceClass.Cloth, Ink.Linear(s.Pose.Body(0.3f * lit, 0.42f), s.Pose.Body(-0.3f * lit, 0.6f), Tone(f, 0.07f), Tone(f, 0), Tone(f, -0.09f)));
        using var inside = s.Canvas.Clip(outline);
        if (f.ClothStripes) Stripes(s);
        using SKPath headShadow = s.FaceOutline(0.085f);
        s.Canvas.Shade(headShadow, (Ink)new SKColor(20, 10, 30, 80) with { Blur = 0.02f });
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath fold = Contour.Open(s.Pose.Body, (side * 0.2f, 0.5f), (side * 0.26f, 0.53f), (side * 0.3f, 0.6f));
            s.Canvas.Stroke(fold, 0.007f, (Ink)Fade(Tone(f, -0.14f), 0.5f) with { Blur = 0.004f });
            using SKPath sleeve = Contour.Open(s.Pose.Body, (side * 0.34f * f.Shoulders, 0.505f), (side * 0.325f * f.Shoulders, 0.55f), (side * 0.33f * f.Shoulders, 0.62f));
            s.Canvas.Stroke(sleeve, 0.006f, (Ink)Fade(Tone(f, -0.16f), 0.5f) with { Blur = 0.002f });
        }
    }

    private static void Stripes(FaceScene s)
    {
        FaceFactors f = s.Factors;
        FaceRandom r = s.Details(FaceClass.Cloth);
        float pitch = r.Between(0.035f, 0.06f), width = pitch * r.Between(0.35f, 0.6f);
        SKColor color = f.ClothLightness > 0.6f ? Hsl(f.ClothHue + r.Between(90, 200), 0.5f, 0.35f) : Hsl(f.ClothHue + r.Between(-30, 30), 0.25f, 0.9f);
        for (float y = 0.38f; y < 0.75f; y += pitch)
        {
            using SKPath stripe = Contour.Open(s.Pose.Body, (-0.5f, y + 0.05f), (-0.25f, y + 0.015f), (0, y + 0.02f), (0.25f, y + 0.015f), (0.5f, y + 0.05f));
            s.Canvas.Stroke(stripe, width, Fade(color, 0.85f));
        }
    }

    private static void HoodBehind(FaceScene s)
    {
        FaceFactors f = s.Factors;
        using SKPath hood = Contour.Symmetric(s.Pose.Body, (0, 0.27f), (0.13f, 0.29f), (0.205f, 0.35f), (0.235f, 0.43f), (0.2f, 0.5f), (0, 0.55f));
        s.Canvas.Fill(hood, FaceClass.Cloth, Ink.Linear(s.Pose.Body(0, 0.28f), s.Pose.Body(0, 0.48f), Tone(f, -0.06f), Tone(f, -0.2f)));
    }
}

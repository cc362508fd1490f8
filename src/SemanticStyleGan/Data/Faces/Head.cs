using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The bare head: ears and face with light, shade, cheeks and freckles.</summary>
internal static class Head
{
    /// <summary>Where an ear's lobe is, in head coordinates of the right side.</summary>
    public static (float X, float Y) Lobe(FaceFactors f) => (EarX(f) + 0.012f, 0.045f + 0.068f * f.EarSize);

    /// <summary>Draws the ears, unless hair hides them.</summary>
    public static void DrawEars(FaceScene s)
    {
        if (Hair.CoversEars(s.Factors)) return;
        Ear(s, -1);
        Ear(s, 1);
    }

    public static void DrawFace(FaceScene s)
    {
        FaceFactors f = s.Factors;
        FacePalette p = s.Palette;
        float lit = MathF.Sign(f.Light);
        Ink across = Ink.Linear(s.Pose.At(0.26f * lit, -0.25f, 0), s.Pose.At(-0.2f * lit, 0.3f, 0),
            [p.SkinLight, p.Skin, Mix(p.Skin, p.SkinShade, 0.42f)], [0, 0.5f, 1]);
        s.Canvas.Fill(s.Outline, FaceClass.Face, across);
        using var inside = s.Canvas.Clip(s.Outline);
        SKPoint lightCenter = s.Pose.At(0.075f * f.Light, 0, 0.1f);
        float reach = 0.4f * s.Pose.Scale;
        s.Canvas.Shade(s.Outline, Ink.Radial(lightCenter, reach,
            [Fade(p.SkinShade, 0), Fade(p.SkinShade, 0), Fade(p.SkinShade, 0.5f), Fade(p.SkinDeep, 0.6f)], [0, 0.55f, 0.9f, 1]));
        s.Canvas.Spot(s.Pose.Face(0.05f * f.Light, -0.13f), 0.15f * s.Pose.Scale, Fade(p.SkinLight, 0.55f));
        s.Canvas.Spot(s.Pose.Face(0, 0.3f * f.FaceLength), 0.06f * s.Pose.Scale, Fade(p.SkinLight, 0.5f));
        for (int side = -1; side <= 1; side += 2)
        {
            s.Canvas.Spot(s.Pose.Face(side * 0.135f, 0.115f), 0.085f * s.Pose.Scale, Fade(p.Blush, 0.2f + 0.6f * f.Blush));
            s.Canvas.Spot(s.Pose.Face(side * 0.135f, 0.075f), 0.05f * s.Pose.Scale, Fade(p.SkinLight, 0.35f + 0.15f * side * f.Light));
        }
        Lines(s);
        Freckles(s);
    }

    private static float EarX(FaceFactors f) => 0.222f * f.FaceWidth + 0.008f * f.EarProtrusion;

    private static void Ear(FaceScene s, int side)
    {
        FaceFactors f = s.Factors;
        FacePalette p = s.Palette;
        float x = EarX(f), size = f.EarSize, off = 0.012f * f.EarProtrusion;
        SKPoint Place(float u, float v) => s.Pose.Ear(side * (x + u * size + MathF.Max(0, u) * 20 * off * size * 0.05f), 0.045f + v * size);
        bool lit = side * f.Light > 0;
        using SKPath ear = Contour.Closed(Place,
            (-0.03f, -0.055f), (-0.004f, -0.082f), (0.03f, -0.076f), (0.047f + off, -0.038f), (0.038f + off, 0.016f), (0.024f, 0.052f), (0.008f, 0.08f), (-0.018f, 0.07f), (-0.03f, 0.03f));
        s.Canvas.Fill(ear, FaceClass.Ear, Ink.Linear(Place(0.01f, -0.08f), Place(0.01f, 0.08f), lit ? p.Skin : Mix(p.Skin, p.SkinShade, 0.5f), Mix(p.Skin, p.SkinShade, 0.7f)));
        using var inside = s.Canvas.Clip(ear);
        using SKPath shell = Contour.Closed(Place,
            (-0.02f, -0.05f), (0.008f, -0.062f), (0.03f + off, -0.036f), (0.022f + off, 0.01f), (0.006f, 0.04f), (-0.016f, 0.03f));
        s.Canvas.Shade(shell, Fade(p.SkinDeep, 0.62f));
        using SKPath fold = Contour.Closed(Place, (-0.03f, -0.02f), (0.004f, -0.034f), (0.014f + off, -0.01f), (0.004f, 0.022f), (-0.03f, 0.03f));
        s.Canvas.Shade(fold, Mix(p.Skin, p.SkinShade, 0.45f));
        s.Canvas.Spot(Place(0.008f, 0.058f), 0.022f * s.Pose.Scale, Fade(p.Blush, 0.5f));
    }

    // What age and a smile draw into a face.
    private static void Lines(FaceScene s)
    {
        FaceFactors f = s.Factors;
        float age = Math.Clamp((f.Age - 0.5f) / 0.5f, 0, 1), mouth = Mouth.Level(f), scale = s.Pose.Scale;
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath cheek = Contour.Open(s.Pose.Face, (side * (f.NoseWidth + 0.018f), f.NoseLength - 0.002f), (side * (f.NoseWidth + 0.045f), 0.6f * f.NoseLength + 0.4f * mouth), (side * (f.MouthWidth + 0.03f), mouth - 0.034f));
            s.Canvas.Stroke(cheek, 0.007f * scale, (Ink)Fade(s.Palette.SkinDeep, 0.12f * MathF.Max(0, f.Smile) + 0.22f * age) with { Blur = 0.003f });
            if (age == 0) continue;
            using SKPath bag = Contour.Open(s.Pose.Face, (side * (f.EyeSpacing - 0.04f), 0.052f), (side * f.EyeSpacing, 0.066f), (side * (f.EyeSpacing + 0.045f), 0.05f));
            s.Canvas.Stroke(bag, 0.006f * scale, (Ink)Fade(s.Palette.SkinDeep, 0.32f * age) with { Blur = 0.002f });
            using SKPath crow = new();
            for (int i = -1; i <= 1; i++)
            {
                crow.MoveTo(s.Pose.Face(side * (f.EyeSpacing + f.EyeSize + 0.016f), 0.006f * i));
                crow.LineTo(s.Pose.Face(side * (f.EyeSpacing + f.EyeSize + 0.036f), 0.016f * i));
            }
            s.Canvas.Stroke(crow, 0.004f * scale, Fade(s.Palette.SkinDeep, 0.34f * age));
        }
        for (int i = 0; i < 2 && age > 0; i++)
        {
            float y = -0.135f - 0.026f * i;
            using SKPath brow = Contour.Open(s.Pose.Face, (-0.09f, y + 0.004f), (-0.04f, y - 0.004f), (0, y), (0.05f, y - 0.005f), (0.085f, y + 0.004f));
            s.Canvas.Stroke(brow, 0.005f * scale, (Ink)Fade(s.Palette.SkinDeep, 0.34f * age) with { Blur = 0.0015f });
        }
    }

    private static void Freckles(FaceScene s)
    {
        FaceRandom r = s.Details(FaceClass.Face);
        int count = (int)(46 * s.Factors.Freckles);
        SKColor color = Fade(Mix(s.Palette.SkinDeep, 0xFF8A4A2A, 0.4f), 0.5f);
        for (int i = 0; i < count; i++)
        {
            SKPoint at = s.Pose.Face(r.Around(-0.2f, 0.2f), r.Around(0.02f, 0.17f));
            s.Canvas.Disc(at, r.Between(0.0022f, 0.0046f) * s.Pose.Scale, color);
        }
    }
}

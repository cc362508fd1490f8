using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The nose: bridge, tip, wings and nostrils, modelled by light and shade only.</summary>
internal static class Nose
{
    public static void Draw(FaceScene s)
    {
        FaceFactors f = s.Factors;
        FacePalette p = s.Palette;
        float wide = f.NoseWidth, end = f.NoseLength, bridge = f.NoseBridge;
        using SKPath nose = Contour.Symmetric(s.Pose.Nose,
            (0, -0.032f), (bridge * 0.8f, -0.024f), (bridge * 0.92f, 0.02f), (bridge * 1.25f, end * 0.55f), (wide * 0.9f, end - 0.034f), (wide, end - 0.012f), (wide * 0.72f, end + 0.008f), (wide * 0.3f, end + 0.01f), (0, end + 0.016f));
        s.Canvas.Label(nose, FaceClass.Nose);

        using var inside = s.Canvas.Clip(nose);
        float dark = -MathF.Sign(f.Light), depth = 0.3f + 0.4f * f.Contrast;
        s.Canvas.Shade(nose, Ink.Linear(s.Pose.Nose(dark * wide, end * 0.6f), s.Pose.Nose(-dark * wide, end * 0.6f),
            [Fade(p.SkinShade, depth + 0.3f), Fade(p.SkinShade, depth), Fade(p.SkinLight, 0.1f), Fade(p.SkinLight, 0.35f), Fade(p.SkinShade, 0.25f)],
            [0.05f, 0.34f, 0.52f, 0.7f, 1]));
        using SKPath ridge = Contour.Closed(s.Pose.Nose, (-dark * 0.003f, -0.02f), (-dark * 0.011f, 0.04f), (-dark * 0.012f, end * 0.75f), (dark * 0.003f, end * 0.75f), (dark * 0.002f, 0.04f));
        s.Canvas.Shade(ridge, (Ink)Fade(p.SkinLight, 0.6f) with { Blur = 0.004f });
        s.Canvas.Spot(s.Pose.Nose(0, end + 0.014f), wide * 0.95f * s.Pose.Scale, Fade(p.SkinDeep, 0.62f));
        s.Canvas.Spot(s.Pose.Nose(-dark * 0.008f, end - 0.022f), wide * 0.62f * s.Pose.Scale, Fade(Mix(p.SkinLight, SKColors.White, 0.25f), 0.8f));
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath nostril = Contour.Closed(s.Pose.Nose,
                (side * wide * 0.2f, end + 0.004f), (side * wide * 0.42f, end - 0.006f), (side * wide * 0.66f, end - 0.001f), (side * wide * 0.5f, end + 0.006f));
            s.Canvas.Shade(nostril, Fade(Multiply(p.SkinDeep, 0xFF8A6060), 0.9f));
            using SKPath wing = Contour.Open(s.Pose.Nose, (side * wide * 0.74f, end - 0.038f), (side * wide * 0.98f, end - 0.014f), (side * wide * 0.8f, end + 0.006f));
            s.Canvas.Stroke(wing, 0.006f * s.Pose.Scale, Fade(p.SkinDeep, side == dark ? 0.75f : 0.5f));
        }
    }
}

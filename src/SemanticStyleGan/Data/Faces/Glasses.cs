using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Glasses. Eyes, brows and nose seen through clear lenses keep their classes, as in CelebAMask-HQ; the rims cover them.</summary>
internal static class Glasses
{
    public static void LabelLenses(FaceScene s)
    {
        if (s.Factors.Glasses == GlassesStyle.None) return;
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath lens = Lens(s, side);
            s.Canvas.Label(lens, FaceClass.Glasses);
        }
    }

    public static void Draw(FaceScene s)
    {
        FaceFactors f = s.Factors;
        if (f.Glasses == GlassesStyle.None) return;
        SKColor rim = Rim(f);
        for (int side = -1; side <= 1; side += 2)
        {
            using SKPath lens = Lens(s, side);
            Glass(s, lens, side, rim);
        }
        float width = (f.Glasses is GlassesStyle.Round or GlassesStyle.Aviator ? 0.0105f : 0.015f) * s.Pose.Scale;
        for (int side = -1; side <= 1; side += 2) Frame(s, side, width, rim);
        using SKPath bridge = Contour.Open(s.Pose.Nose, (-Inner(f), -0.012f), (0, -0.024f), (Inner(f), -0.012f));
        s.Canvas.Stroke(bridge, width, rim, FaceClass.Glasses);
        if (f.Glasses != GlassesStyle.Aviator) return;
        using SKPath bar = Contour.Open(s.Pose.Nose, (-Inner(f) - 0.02f, -0.046f), (Inner(f) + 0.02f, -0.046f));
        s.Canvas.Stroke(bar, width, rim, FaceClass.Glasses);
    }

    private static float Inner(FaceFactors f) => f.EyeSpacing - 0.081f;

    private static SKColor Rim(FaceFactors f) => f.Glasses switch
    {
        GlassesStyle.Aviator => 0xFF9A7230,
        _ when f.GlassesHue < 120 => 0xFF221E24,
        _ when f.GlassesHue < 180 => 0xFF5A3420,
        _ when f.GlassesHue < 210 && f.Glasses == GlassesStyle.Round => 0xFFC29A4A,
        _ => Hsl(f.GlassesHue, 0.55f, 0.34f),
    };

    private static SKPath Lens(FaceScene s, int side)
    {
        FaceFactors f = s.Factors;
        SKPoint At(float u, float v) => s.Pose.At(side * (f.EyeSpacing + 0.002f + u * 0.081f), 0.012f + v * 0.07f, 0.2f - 0.03f * MathF.Max(0, u));
        return f.Glasses switch
        {
            GlassesStyle.Round => Contour.Closed(At, (0, -1), (0.69f, -0.71f), (0.98f, 0), (0.69f, 0.71f), (0, 1), (-0.69f, 0.71f), (-0.98f, 0), (-0.69f, -0.71f)),
            GlassesStyle.CatEye => Contour.Closed(At, (-0.9f, -0.55f), (0, -0.82f), (0.7f, -1.05f), Contour.Corner(1.22f, -1.12f), (1.02f, -0.2f), (0.7f, 0.55f), (0, 0.78f), (-0.7f, 0.55f), (-0.98f, -0.1f)),
            GlassesStyle.Aviator => Contour.Closed(At, (-0.92f, -0.72f), (0, -0.9f), (0.9f, -0.72f), (1.06f, -0.1f), (0.82f, 0.7f), (0.3f, 1.05f), (-0.35f, 0.85f), (-0.85f, 0.15f)),
            _ => Contour.Closed(At, (-0.9f, -0.72f), (-0.5f, -0.82f), (0.6f, -0.84f), (0.98f, -0.74f), (1.06f, -0.3f), (0.98f, 0.52f), (0.7f, 0.78f), (-0.5f, 0.78f), (-0.82f, 0.58f), (-1, -0.3f)),
        };
    }

    private static void Glass(FaceScene s, SKPath lens, int side, SKColor rim)
    {
        FaceFactors f = s.Factors;
        SKPoint top = s.Pose.At(side * f.EyeSpacing, -0.06f, 0.2f), bottom = s.Pose.At(side * f.EyeSpacing, 0.085f, 0.2f);
        if (f.Glasses == GlassesStyle.Sunglasses)
        {
            SKColor dark = Hsl(f.GlassesHue, 0.25f, 0.09f), below = Hsl(f.GlassesHue + 20, 0.3f, 0.3f);
            s.Canvas.Fill(lens, FaceClass.Glasses, Ink.Linear(top, bottom, dark, below));
        }
        else
        {
            SKColor tint = f.Glasses == GlassesStyle.Aviator ? 0xFF8A6A30 : Mix(rim, 0xFFBFE0F2, 0.8f);
            s.Canvas.Shade(lens, Ink.Linear(top, bottom, Fade(tint, f.Glasses == GlassesStyle.Aviator ? 0.36f : 0.2f), Fade(tint, 0.08f)));
        }
        using var inside = s.Canvas.Clip(lens);
        for (int i = 0; i < 2; i++)
        {
            float x = f.EyeSpacing * side + 0.02f + 0.034f * i, w = i == 0 ? 0.02f : 0.008f;
            using SKPath streak = new();
            streak.AddPoly([s.Pose.At(x, -0.075f, 0.2f), s.Pose.At(x + w, -0.075f, 0.2f), s.Pose.At(x + w - 0.075f, 0.1f, 0.2f), s.Pose.At(x - 0.075f, 0.1f, 0.2f)]);
            s.Canvas.Shade(streak, new SKColor(255, 255, 255, 46));
        }
    }

    private static void Frame(FaceScene s, int side, float width, SKColor rim)
    {
        FaceFactors f = s.Factors;
        using SKPath lens = Lens(s, side);
        if (f.Glasses == GlassesStyle.HalfRim)
        {
            s.Canvas.Stroke(lens, width * 0.35f, Fade(rim, 0.5f));
            SKPoint middle = s.Pose.At(side * f.EyeSpacing, -0.005f, 0.2f);
            using SKPath upper = new();
            upper.AddRect(new SKRect(-1, -1, 2, middle.Y));
            using var clip = s.Canvas.Clip(upper);
            s.Canvas.Stroke(lens, width * 1.3f, rim, FaceClass.Glasses);
        }
        else s.Canvas.Stroke(lens, width * (f.Glasses is GlassesStyle.CatEye or GlassesStyle.Sunglasses ? 1.2f : 1), rim, FaceClass.Glasses);
        SKPoint from = s.Pose.At(side * (f.EyeSpacing + 0.083f), -0.024f, 0.17f), to = s.Pose.Ear(side * 0.236f, -0.02f);
        using SKPath arm = new();
        arm.MoveTo(from);
        arm.LineTo(to);
        s.Canvas.Stroke(arm, width, Mix(rim, SKColors.Black, 0.2f), FaceClass.Glasses);
        using SKPath light = Contour.Open((x, y) => s.Pose.At(side * (f.EyeSpacing + x), y, 0.2f), (-0.05f, -0.045f), (0, -0.052f), (0.04f, -0.05f));
        s.Canvas.Stroke(light, width * 0.25f, new SKColor(255, 255, 255, 90));
    }
}

using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>What is behind the figure: calm, so that it does not compete with the face.</summary>
internal static class Backdrop
{
    public static void Draw(FaceScene s)
    {
        FaceFactors f = s.Factors;
        SKColor first = Tone(f, 0, 0.05f), second = Tone(f, 1, -0.06f);
        using SKPath all = new();
        all.AddRect(new SKRect(-0.1f, -0.1f, 1.1f, 1.1f));
        float lean = 0.5f - 0.5f * f.Light;
        Ink wash = Ink.Linear(new SKPoint(1 - lean, 0), new SKPoint(lean, 1), first, second);
        s.Canvas.Fill(all, FaceClass.Background, wash);
        switch (f.Backdrop)
        {
            case BackdropStyle.Glow:
                s.Canvas.Spot(s.Pose.Back(0, -0.02f), 0.62f, Fade(Mix(first, SKColors.White, 0.55f), 0.85f));
                break;
            case BackdropStyle.Bokeh:
                Bokeh(s, first);
                break;
            case BackdropStyle.Stripes:
                Stripes(s, first);
                break;
            case BackdropStyle.Dots:
                Dots(s, first);
                break;
            case BackdropStyle.Hills:
                Hills(s);
                break;
            case BackdropStyle.Disc:
                s.Canvas.Disc(s.Pose.Back(0, 0.02f), 0.41f, Ink.Linear(new(0.5f, 0.05f), new(0.5f, 0.85f), Tone(f, 1.4f, 0.1f), Tone(f, 0.8f, 0)));
                break;
        }
    }

    private static SKColor Tone(FaceFactors f, float along, float lighter) =>
        Hsl(f.BackdropHue + along * f.BackdropSpread, f.BackdropSaturation, f.BackdropLightness + lighter);

    private static void Bokeh(FaceScene s, SKColor first)
    {
        FaceRandom r = s.Details(FaceClass.Background);
        int discs = 9 + (int)(r.Unit() * 8);
        for (int i = 0; i < discs; i++)
        {
            SKPoint center = new(r.Between(-0.05f, 1.05f), r.Between(-0.05f, 0.95f));
            float radius = r.Between(0.04f, 0.13f);
            SKColor color = Mix(Tone(s.Factors, r.Between(-1, 2), 0.12f), SKColors.White, 0.3f);
            Ink ink = Ink.Radial(center, radius, [Fade(color, 0.3f), Fade(color, 0.42f), Fade(Mix(first, color, 0.6f), 0)], [0, 0.82f, 1]);
            s.Canvas.Disc(center, radius, ink);
        }
    }

    private static void Stripes(FaceScene s, SKColor first)
    {
        FaceRandom r = s.Details(FaceClass.Background);
        float pitch = r.Between(0.13f, 0.24f), slant = r.Between(-0.5f, 0.5f), phase = r.Unit();
        SKColor color = Fade(Mix(first, SKColors.White, 0.6f), 0.38f);
        for (float x = (phase - 4) * pitch; x < 1.6f; x += pitch)
        {
            using SKPath stripe = new();
            stripe.AddPoly([new(x, -0.01f), new(x + pitch / 2, -0.01f), new(x + pitch / 2 + slant, 1.01f), new(x + slant, 1.01f)]);
            s.Canvas.Shade(stripe, color);
        }
    }

    private static void Dots(FaceScene s, SKColor first)
    {
        FaceRandom r = s.Details(FaceClass.Background);
        float pitch = r.Between(0.11f, 0.17f), radius = pitch * r.Between(0.2f, 0.3f);
        SKColor color = Fade(Mix(first, SKColors.White, 0.65f), 0.5f);
        using SKPath dots = new();
        for (int row = 0; row * pitch < 1.1f; row++)
            for (float x = row % 2 * pitch / 2; x < 1.1f; x += pitch)
                dots.AddCircle(x, row * pitch, radius);
        s.Canvas.Shade(dots, color);
    }

    private static void Hills(FaceScene s)
    {
        FaceRandom r = s.Details(FaceClass.Background);
        FaceFactors f = s.Factors;
        s.Canvas.Spot(new SKPoint(f.Light < 0 ? 0.16f : 0.84f, 0.2f), 0.22f, Fade(SKColors.White, 0.55f));
        for (int i = 0; i < 3; i++)
        {
            float level = 0.5f + 0.13f * i, swing = 0.05f, phase = r.Between(0, 6);
            using SKPath hill = Contour.Closed(FaceScene.Image,
                Contour.Corner(-0.05f, 1.05f), Contour.Corner(-0.05f, level + swing * MathF.Sin(phase)), (0.25f, level + swing * MathF.Sin(phase + 1.8f)),
                (0.5f, level + swing * MathF.Sin(phase + 3.4f)), (0.78f, level + swing * MathF.Sin(phase + 5)),
                Contour.Corner(1.05f, level + swing * MathF.Sin(phase + 6.6f)), Contour.Corner(1.05f, 1.05f));
            SKColor near = Tone(f, 1.6f + 0.5f * i, -0.08f * (i + 1));
            s.Canvas.Shade(hill, Ink.Linear(new(0.5f, level - 0.1f), new(0.5f, level + 0.3f), near, Mix(near, Tone(f, 1, 0), 0.45f)));
        }
    }
}

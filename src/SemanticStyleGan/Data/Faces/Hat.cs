using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The hat.</summary>
internal static class Hat
{
    public static void Draw(FaceScene s)
    {
        switch (s.Factors.Hat)
        {
            case HatStyle.Beanie:
                Beanie(s);
                break;
            case HatStyle.Cap:
                Cap(s);
                break;
            case HatStyle.Brimmed:
                Brimmed(s);
                break;
            case HatStyle.Beret:
                Beret(s);
                break;
            case HatStyle.Bucket:
                Bucket(s);
                break;
        }
    }

    private static SKColor Tone(FaceScene s, float lighter) => Hsl(s.Factors.HatHue, 0.42f, s.Factors.HatLightness + lighter);

    // Light from the side, shade opposite and below.
    private static Ink Cloth(FaceScene s, float lighter = 0)
    {
        float lit = MathF.Sign(s.Factors.Light);
        return Ink.Linear(s.Pose.At(0.2f * lit, -0.36f, 0), s.Pose.At(-0.22f * lit, -0.08f, 0), [Tone(s, lighter + 0.12f), Tone(s, lighter), Tone(s, lighter - 0.13f)], [0, 0.45f, 1]);
    }

    private static void Shadow(FaceScene s, SKPath above)
    {
        using SKPath moved = new(above);
        moved.Transform(SKMatrix.CreateTranslation(-0.008f * s.Factors.Light, 0.026f));
        using var inside = s.Canvas.Clip(s.Outline);
        s.Canvas.Shade(moved, (Ink)new SKColor(50, 12, 24, 96) with { Blur = 0.01f });
    }

    private static void Beanie(FaceScene s)
    {
        float tall = 0.325f + 0.02f * s.Factors.HairVolume;
        if (s.Factors.HairPart > 0) Pompom(s, tall);
        using SKPath dome = Contour.Symmetric(s.Pose.Hair, (0, -tall), (0.12f, -tall + 0.02f), (0.212f, -0.25f), (0.25f, -0.15f), (0.24f, -0.1f), (0, -0.08f));
        using SKPath cuff = Contour.Symmetric(s.Pose.Hair, (0, -0.215f), (0.14f, -0.205f), Contour.Corner(0.252f, -0.168f), (0.262f, -0.12f), Contour.Corner(0.25f, -0.072f), (0.14f, -0.112f), (0, -0.124f));
        Shadow(s, cuff);
        s.Canvas.Fill(dome, FaceClass.Hat, Cloth(s));
        using (s.Canvas.Clip(dome))
            for (int i = -6; i <= 6; i++)
            {
                float x = i / 6f;
                using SKPath rib = Contour.Open(s.Pose.Hair, (x * 0.05f, -tall), (x * 0.17f, -tall + 0.06f), (x * 0.24f, -0.2f));
                s.Canvas.Stroke(rib, 0.006f, Fade(Tone(s, -0.16f), 0.5f));
            }
        s.Canvas.Fill(cuff, FaceClass.Hat, Cloth(s, 0.05f));
        using var inside = s.Canvas.Clip(cuff);
        for (int i = -11; i <= 11; i++)
        {
            float x = i / 11f * 0.26f;
            using SKPath rib = Contour.Open(s.Pose.Hair, (x * 0.98f, -0.22f), (x, -0.06f));
            s.Canvas.Stroke(rib, 0.006f, Fade(Tone(s, -0.14f), 0.55f));
        }
    }

    private static void Pompom(FaceScene s, float tall)
    {
        SKPoint center = s.Pose.Hair(0, -tall - 0.022f);
        float r = 0.05f * s.Pose.Scale;
        s.Canvas.Disc(center, r, Ink.Radial(new(center.X + r * 0.3f * s.Factors.Light, center.Y - r * 0.3f), r * 1.5f, [Tone(s, 0.32f), Tone(s, 0.18f), Tone(s, -0.02f)], [0, 0.5f, 1]), FaceClass.Hat);
    }

    private static void Cap(FaceScene s)
    {
        using SKPath dome = Contour.Symmetric(s.Pose.Hair, (0, -0.345f), (0.12f, -0.325f), (0.206f, -0.25f), (0.246f, -0.15f), Contour.Corner(0.248f, -0.09f), (0.13f, -0.128f), (0, -0.14f));
        SKPoint Visor(float x, float y) => s.Pose.At(x, y, 0.24f);
        using SKPath visor = Contour.Closed(Visor,
            Contour.Corner(-0.214f, -0.135f), (-0.12f, -0.19f), (0, -0.202f), (0.12f, -0.19f), Contour.Corner(0.214f, -0.135f), (0.205f, -0.1f), (0.12f, -0.122f), (0, -0.128f), (-0.12f, -0.122f), (-0.205f, -0.1f));
        Shadow(s, visor);
        s.Canvas.Fill(dome, FaceClass.Hat, Cloth(s));
        using (s.Canvas.Clip(dome))
        {
            for (int i = -1; i <= 1; i++)
            {
                using SKPath seam = Contour.Open(s.Pose.Hair, (0, -0.345f), (i * 0.1f, -0.28f), (i * 0.13f, -0.14f));
                s.Canvas.Stroke(seam, 0.004f, Fade(Tone(s, -0.2f), 0.7f));
            }
            s.Canvas.Disc(s.Pose.Hair(0, -0.255f), 0.034f * s.Pose.Scale, Hsl(s.Factors.HatHue + 180, 0.25f, 0.88f));
        }
        s.Canvas.Fill(visor, FaceClass.Hat, Ink.Linear(Visor(0, -0.2f), Visor(0, -0.11f), Tone(s, 0.08f), Tone(s, -0.12f)));
        using SKPath edge = Contour.Open(Visor, (-0.205f, -0.108f), (-0.12f, -0.13f), (0, -0.136f), (0.12f, -0.13f), (0.205f, -0.108f));
        s.Canvas.Stroke(edge, 0.0035f, Fade(Tone(s, 0.2f), 0.7f));
    }

    private static void Brimmed(FaceScene s)
    {
        using SKPath crown = Contour.Symmetric(s.Pose.Hair, (0, -0.352f), (0.07f, -0.372f), (0.15f, -0.355f), (0.195f, -0.27f), (0.222f, -0.16f), (0, -0.13f));
        SKPoint Edge(float x, float y) => s.Pose.At(x, y - 0.022f, 0.06f);
        using SKPath brim = Contour.Symmetric(Edge, (0, -0.19f), (0.2f, -0.2f), (0.34f, -0.185f), (0.4f, -0.16f), (0.35f, -0.125f), (0.2f, -0.098f), (0, -0.088f));
        Shadow(s, brim);
        s.Canvas.Fill(brim, FaceClass.Hat, Ink.Linear(Edge(0, -0.2f), Edge(0, -0.09f), Tone(s, -0.1f), Tone(s, 0.06f)));
        s.Canvas.Fill(crown, FaceClass.Hat, Cloth(s));
        using (s.Canvas.Clip(crown))
        {
            using SKPath band = Contour.Closed(s.Pose.Hair, (-0.25f, -0.2f), (0, -0.195f), (0.25f, -0.2f), (0.25f, -0.12f), (0, -0.125f), (-0.25f, -0.12f));
            s.Canvas.Shade(band, Hsl(s.Factors.HatHue + 160, 0.3f, s.Factors.HatLightness > 0.45f ? 0.24f : 0.75f));
            using SKPath dent = Contour.Closed(s.Pose.Hair, (0, -0.36f), (0.035f, -0.32f), (0, -0.25f), (-0.035f, -0.32f));
            s.Canvas.Shade(dent, (Ink)Fade(Tone(s, -0.18f), 0.6f) with { Blur = 0.008f });
        }
        using SKPath front = Contour.Closed(Edge, (-0.38f, -0.165f), (-0.2f, -0.15f), (0, -0.142f), (0.2f, -0.15f), (0.38f, -0.165f), (0.35f, -0.125f), (0.2f, -0.098f), (0, -0.088f), (-0.2f, -0.098f), (-0.35f, -0.125f));
        s.Canvas.Fill(front, FaceClass.Hat, Ink.Linear(Edge(0, -0.15f), Edge(0, -0.09f), Tone(s, 0.08f), Tone(s, -0.03f)));
    }

    private static void Beret(FaceScene s)
    {
        int lean = s.Factors.HairPart > 0 ? 1 : -1;
        SKPoint At(float x, float y) => s.Pose.Hair(lean * x, y);
        using SKPath beret = Contour.Closed(At, (-0.19f, -0.2f), (-0.13f, -0.285f), (0.02f, -0.345f), (0.19f, -0.345f), (0.305f, -0.265f), (0.318f, -0.17f), (0.25f, -0.108f), (0.1f, -0.146f), (-0.08f, -0.162f), (-0.2f, -0.135f), (-0.225f, -0.15f));
        Shadow(s, beret);
        s.Canvas.Fill(beret, FaceClass.Hat, Cloth(s));
        using SKPath stalk = Contour.Open(At, (0.08f, -0.345f), (0.085f, -0.375f));
        s.Canvas.Stroke(stalk, 0.018f, Tone(s, -0.06f), FaceClass.Hat);
        using var inside = s.Canvas.Clip(beret);
        using SKPath fold = Contour.Open(At, (-0.12f, -0.2f), (0.05f, -0.2f), (0.2f, -0.2f), (0.29f, -0.23f));
        s.Canvas.Stroke(fold, 0.02f, (Ink)Fade(Tone(s, -0.16f), 0.55f) with { Blur = 0.007f });
        using SKPath band = Contour.Open(At, (-0.24f, -0.14f), (-0.08f, -0.168f), (0.1f, -0.152f), (0.26f, -0.11f));
        s.Canvas.Stroke(band, 0.02f, Tone(s, -0.14f));
    }

    private static void Bucket(FaceScene s)
    {
        using SKPath crown = Contour.Symmetric(s.Pose.Hair, (0, -0.335f), (0.12f, -0.33f), (0.178f, -0.3f), (0.222f, -0.18f), (0.236f, -0.13f), (0, -0.12f));
        SKPoint Edge(float x, float y) => s.Pose.At(x, y - 0.024f, 0.12f);
        using SKPath brim = Contour.Symmetric(Edge, (0, -0.182f), (0.14f, -0.186f), Contour.Corner(0.228f, -0.19f), (0.275f, -0.13f), Contour.Corner(0.312f, -0.062f), (0.17f, -0.092f), (0, -0.1f));
        Shadow(s, brim);
        s.Canvas.Fill(crown, FaceClass.Hat, Cloth(s));
        s.Canvas.Fill(brim, FaceClass.Hat, Ink.Linear(Edge(0, -0.19f), Edge(0, -0.08f), Tone(s, 0.1f), Tone(s, -0.08f)));
        using var inside = s.Canvas.Clip(brim);
        for (int i = 1; i < 4; i++)
        {
            float y = -0.19f + 0.025f * i, x = 0.24f + 0.02f * i;
            using SKPath seam = Contour.Open(Edge, (-x, y), (-0.14f, y + 0.005f), (0, y + 0.006f), (0.14f, y + 0.005f), (x, y));
            s.Canvas.Stroke(seam, 0.003f, Fade(Tone(s, -0.2f), 0.5f));
        }
    }
}

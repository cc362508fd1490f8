using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The beard. As in CelebAMask-HQ it has no class of its own: its pixels stay face.</summary>
internal static class Beard
{
    public static void Draw(FaceScene s)
    {
        BeardStyle style = s.Factors.Beard;
        if (style == BeardStyle.None) return;
        using var inside = s.Canvas.Clip(s.Outline);
        if (style == BeardStyle.Stubble)
        {
            Jaw(s, 0.34f, 0.014f);
            return;
        }
        if (style == BeardStyle.Full) Jaw(s, 0.94f, 0.005f);
        if (style == BeardStyle.Goatee) Chin(s);
        Moustache(s);
    }

    private static SKColor Color(FaceScene s) => Mix(s.Palette.Brow, s.Palette.Skin, 0.12f);

    private static void Jaw(FaceScene s, float opacity, float blur)
    {
        FaceFactors f = s.Factors;
        float mouth = Mouth.Level(f), l = f.FaceLength;
        using SKPath jaw = Contour.Symmetric(s.Pose.Face,
            (0, mouth + 0.043f), (0.03f, mouth + 0.046f), (f.MouthWidth * 0.8f, mouth + 0.036f), (f.MouthWidth + 0.014f, mouth - 0.006f), (0.14f, mouth - 0.058f), (0.178f, 0.075f), (0.198f, 0.01f), Contour.Corner(0.205f, -0.03f),
            Contour.Corner(0.27f, -0.03f), (0.28f, 0.2f), (0.2f, 0.4f), (0, 0.43f));
        Ink ink = Ink.Linear(s.Pose.Face(0, 0.05f), s.Pose.Face(0, 0.36f), Fade(Color(s), opacity * 0.85f), Fade(Multiply(Color(s), 0xFFB8A8A8), opacity));
        s.Canvas.Shade(jaw, ink with { Blur = blur });
        if (opacity < 0.5f) return;
        using var clip = s.Canvas.Clip(jaw);
        FaceRandom r = s.Details(FaceClass.Face);
        SKColor light = Fade(Mix(s.Palette.HairLight, Color(s), 0.4f), 0.5f), dark = Fade(s.Palette.HairDeep, 0.4f);
        for (int i = 0; i < 64; i++)
        {
            float x = r.Between(-0.22f, 0.22f), y = mouth + r.Between(-0.09f, 0.16f) - 0.1f * MathF.Abs(x);
            using SKPath hair = Contour.Open(s.Pose.Face, (x, y), (x * 0.96f, y + 0.018f), (x * 0.9f, y + 0.034f));
            s.Canvas.Stroke(hair, 0.0035f * s.Pose.Scale, i % 2 == 0 ? light : dark);
        }
    }

    private static void Chin(FaceScene s)
    {
        FaceFactors f = s.Factors;
        float mouth = Mouth.Level(f);
        using SKPath chin = Contour.Symmetric(s.Pose.Face, (0, mouth + 0.044f), (0.035f, mouth + 0.05f), (f.MouthWidth + 0.002f, mouth + 0.012f), (f.MouthWidth + 0.012f, mouth + 0.03f), (0.07f, 0.33f * f.FaceLength), (0, 0.4f));
        s.Canvas.Shade(chin, (Ink)Fade(Color(s), 0.94f) with { Blur = 0.003f });
    }

    private static void Moustache(FaceScene s)
    {
        FaceFactors f = s.Factors;
        float lip = -(0.012f + 0.013f * f.LipFullness) - 0.015f * f.MouthOpenness;
        float under = f.NoseLength + 0.016f - Mouth.Level(f) - f.Smile * 0.013f, high = MathF.Min(under, lip - 0.018f);
        SKPoint At(float u, float v) => Mouth.Place(s, u, v);
        using SKPath moustache = Contour.Closed(At,
            (0, high + 0.006f), (0.22f, high), (0.62f, 0.45f * high + 0.55f * lip), Contour.Corner(1.12f, 0.004f), (0.7f, lip * 0.45f), (0.3f, lip * 0.95f), (0, lip * 0.8f),
            (-0.3f, lip * 0.95f), (-0.7f, lip * 0.45f), Contour.Corner(-1.12f, 0.004f), (-0.62f, 0.45f * high + 0.55f * lip), (-0.22f, high));
        s.Canvas.Shade(moustache, (Ink)Fade(Color(s), 0.96f) with { Blur = 0.002f });
        using var clip = s.Canvas.Clip(moustache);
        for (int i = -8; i <= 8; i++)
        {
            float u = i / 8f;
            using SKPath hair = Contour.Open(At, (u * 0.5f, high), (u * 0.8f, 0.5f * (high + lip)), (u * 1.1f, lip * 0.5f));
            s.Canvas.Stroke(hair, 0.0035f * s.Pose.Scale, Fade(i % 2 == 0 ? s.Palette.HairLight : s.Palette.HairDeep, 0.4f));
        }
    }
}

using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The mouth: two lips, and teeth and tongue when it is open.</summary>
internal static class Mouth
{
    /// <summary>The middle of the mouth in head coordinates.</summary>
    public static float Level(FaceFactors f) => 0.5f * (f.NoseLength + 0.01f) + 0.5f * 0.335f * f.FaceLength - 0.014f * f.MouthOpenness;

    /// <summary>A point at u from −1 to 1 along the mouth and v below its line, in the image.</summary>
    public static SKPoint Place(FaceScene s, float u, float v)
    {
        FaceFactors f = s.Factors;
        float wide = f.MouthWidth * (1 + 0.1f * MathF.Max(0, f.Smile));
        return s.Pose.Face(u * wide, Level(f) + v + f.Smile * (0.013f - 0.044f * MathF.Min(u * u, 1.4f)));
    }

    public static void Draw(FaceScene s)
    {
        FaceFactors f = s.Factors;
        FacePalette p = s.Palette;
        float gap = 0.05f * f.MouthOpenness, upper = 0.014f + 0.013f * f.LipFullness, lower = 0.018f + 0.018f * f.LipFullness;
        SKPoint At(float u, float v) => Place(s, u, v);
        float Above(float u) => -0.3f * gap * (1 - u * u);
        float Below(float u) => 0.7f * gap * (1 - u * u);

        using SKPath whole = Contour.Closed(At,
            Contour.Corner(-1, 0), (-0.55f, Above(0.55f) - upper * 0.66f), (-0.2f, Above(0.2f) - upper), (0, Above(0) - upper * 0.78f), (0.2f, Above(0.2f) - upper), (0.55f, Above(0.55f) - upper * 0.66f),
            Contour.Corner(1, 0), (0.6f, Below(0.6f) + lower * 0.66f), (0.22f, Below(0.22f) + lower), (-0.22f, Below(0.22f) + lower), (-0.6f, Below(0.6f) + lower * 0.66f));
        s.Canvas.Spot(At(0, Below(0) + lower + 0.012f), 0.045f * s.Pose.Scale, Fade(p.SkinShade, 0.75f));
        SKColor top = Multiply(p.Lip, 0xFFD8C0C4);
        s.Canvas.Fill(whole, FaceClass.Mouth, top);

        using SKPath lowerLip = Contour.Closed(At,
            Contour.Corner(-0.98f, 0), (-0.5f, Below(0.5f)), (0, Below(0)), (0.5f, Below(0.5f)),
            Contour.Corner(0.98f, 0), (0.6f, Below(0.6f) + lower * 0.66f), (0.22f, Below(0.22f) + lower), (-0.22f, Below(0.22f) + lower), (-0.6f, Below(0.6f) + lower * 0.66f));
        s.Canvas.Shade(lowerLip, Ink.Linear(At(0, Below(0)), At(0, Below(0) + lower), Mix(p.Lip, SKColors.White, 0.08f), Multiply(p.Lip, 0xFFE6D4D6)));
        using (s.Canvas.Clip(lowerLip))
            s.Canvas.Spot(At(0.18f * f.Light, Below(0) + lower * 0.45f), 0.03f * s.Pose.Scale, new SKColor(255, 238, 232, (byte)(80 + 70 * f.Makeup)));
        if (gap > 0.004f) Inside(s, At, Above, Below);
        else
        {
            using SKPath line = Contour.Open(At, (-1, 0), (-0.5f, 0.002f), (-0.14f, 0.001f), (0, 0.003f), (0.14f, 0.001f), (0.5f, 0.002f), (1, 0));
            s.Canvas.Stroke(line, 0.0055f * s.Pose.Scale, Fade(Multiply(p.Lip, 0xFF6A3E46), 0.95f));
        }
        for (int side = -1; side <= 1; side += 2)
            s.Canvas.Spot(At(side * 1.04f, 0), 0.016f * s.Pose.Scale, Fade(p.SkinDeep, 0.75f));
    }

    private static void Inside(FaceScene s, Func<float, float, SKPoint> at, Func<float, float> above, Func<float, float> below)
    {
        using SKPath inside = Contour.Closed(at,
            Contour.Corner(-0.88f, 0), (-0.5f, above(0.5f)), (0, above(0)), (0.5f, above(0.5f)), Contour.Corner(0.88f, 0), (0.5f, below(0.5f)), (0, below(0)), (-0.5f, below(0.5f)));
        s.Canvas.Shade(inside, new SKColor(74, 22, 30));
        using var clip = s.Canvas.Clip(inside);
        float open = below(0) - above(0);
        s.Canvas.Spot(at(0, below(0) + 0.004f), 0.05f * s.Pose.Scale, new SKColor(214, 98, 104, 230));
        using SKPath teeth = Contour.Closed(at, Contour.Corner(-0.9f, -0.03f), Contour.Corner(0.9f, -0.03f), (0.7f, above(0.7f) + 0.35f * open), (0, above(0) + 0.52f * open), (-0.7f, above(0.7f) + 0.35f * open));
        s.Canvas.Shade(teeth, Ink.Linear(at(0, above(0)), at(0, above(0) + 0.5f * open), 0xFFD9D2D0, 0xFFFBF8F4));
    }
}

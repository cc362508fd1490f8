using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The eyebrows.</summary>
internal static class Brows
{
    public static void Draw(FaceScene s)
    {
        Brow(s, -1);
        Brow(s, 1);
    }

    private static void Brow(FaceScene s, int side)
    {
        FaceFactors f = s.Factors;
        float inner = f.EyeSpacing - f.EyeSize * 1.02f, length = f.EyeSize * 2.28f, thick = f.BrowThickness;
        float level = -0.077f - f.EyeSize * (f.EyeRoundness - 0.6f) * 0.5f - f.BrowHeight, arch = 0.008f + 0.018f * f.BrowArch;
        SKPoint At(float u, float v) => s.Pose.Face(
            side * (inner + u * length),
            level + v * thick - arch * (1 - (u < 0.6f ? 0.55f : 1) * MathF.Pow((u - 0.6f) / (u < 0.6f ? 0.6f : 0.4f), 2)) + f.BrowTilt * 0.05f * (0.5f - u));
        using SKPath brow = Contour.Closed(At, (-0.02f, 0.15f), (0.03f, -0.42f), (0.3f, -0.55f), (0.62f, -0.45f), Contour.Corner(1.02f, 0.35f), (0.62f, 0.3f), (0.3f, 0.5f), (0.04f, 0.6f));
        SKColor dark = s.Palette.Brow, light = Mix(dark, s.Palette.Skin, 0.28f);
        s.Canvas.Fill(brow, FaceClass.Eyebrow, Ink.Linear(At(0, 0), At(0.35f, 0), light, dark));
        using var inside = s.Canvas.Clip(brow);
        FaceRandom r = s.Details(FaceClass.Eyebrow);
        for (int i = 0; i < 12; i++)
        {
            float u = i / 12f + r.Between(0, 0.06f);
            using SKPath hair = Contour.Open(At, (u - 0.03f, 0.6f), (u + 0.1f, -0.5f - r.Between(0, 0.2f)));
            s.Canvas.Stroke(hair, 0.0028f * s.Pose.Scale, Fade(i % 3 == 0 ? light : Multiply(dark, 0xFFB0A8A8), 0.55f));
        }
    }
}

using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Hair that is pulled back: bun, ponytail and braids.</summary>
internal static class TiedHair
{
    public static void Back(FaceScene s, HairBrush brush)
    {
        if (s.Factors.Hair == HairStyle.Bun) Bun(s, brush);
        else Tail(s, brush);
    }

    public static void Front(FaceScene s, HairBrush brush)
    {
        FaceFactors f = s.Factors;
        float thick = Hair.Thickness(f) * 0.7f;
        bool braids = f.Hair == HairStyle.Braids;
        float part = braids ? 0.012f * f.HairPart : 0.07f * f.HairPart;
        for (int side = -1; side <= 1; side += 2)
            brush.Lock(s.Pose.Hair,
                Hair.Crown(part, side, thick, (side * 0.238f, -0.02f), (side * 0.24f, braids ? 0.06f : 0.025f)),
                [(part, -0.18f), (part + side * 0.05f, -0.176f), (side * 0.125f, -0.155f), (side * 0.176f, -0.1f), (side * 0.197f, -0.04f), (side * 0.214f, 0)], strands: 20);
        if (braids)
            for (int side = -1; side <= 1; side += 2) Braid(s, brush, side);
        else if (f.HairLength > 0.45f)
            for (int side = -1; side <= 1; side += 2) // loose strands at the temples
                brush.Lock(s.Pose.Hair, [(side * 0.18f, -0.1f), (side * 0.216f, -0.03f), (side * 0.22f, 0.07f), (side * 0.205f, 0.16f)],
                    [(side * 0.17f, -0.1f), (side * 0.198f, -0.03f), (side * 0.204f, 0.06f), (side * 0.2f, 0.16f)], strands: 3, tip: 0.02f, shine: 0);
    }

    private static void Bun(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), size = 0.062f + 0.026f * s.Factors.HairVolume, y = -0.28f - thick - size * 0.3f;
        FacePalette p = s.Palette;
        SKPoint center = s.Pose.Back(0, y);
        using SKPath bun = Contour.Symmetric(s.Pose.Back, (0, y - size), (size * 0.75f, y - size * 0.75f), (size * 1.12f, y), (size * 0.8f, y + size * 0.8f), (0, y + size));
        float lit = MathF.Sign(s.Factors.Light), r = size * s.Pose.Scale;
        s.Canvas.Fill(bun, FaceClass.Hair, Ink.Radial(new SKPoint(center.X + lit * r * 0.35f, center.Y - r * 0.35f), r * 1.6f, [Mix(p.Hair, p.HairLight, 0.6f), p.Hair, p.HairDeep], [0, 0.45f, 1]));
        brush.Comb(bun, s.Pose.Back, [(-size * 0.5f, y + size), (-size * 1.3f, y), (-size * 0.2f, y - size)], [(size * 0.9f, y + size), (size * 0.7f, y + size * 0.2f), (size * 0.4f, y - size)], 14);
        using SKPath turn = Contour.Open(s.Pose.Back, (-size * 0.7f, y + size * 0.3f), (-size * 0.2f, y - size * 0.35f), (size * 0.5f, y - size * 0.2f), (size * 0.55f, y + size * 0.4f), (0, y + size * 0.4f));
        s.Canvas.Stroke(turn, 0.008f, Fade(p.HairDeep, 0.6f));
    }

    private static void Tail(FaceScene s, HairBrush brush)
    {
        int side = s.Factors.HairPart > 0 ? 1 : -1;
        float wide = 0.05f + 0.03f * s.Factors.HairVolume, end = 0.42f + 0.16f * s.Factors.HairLength;
        // A high tail: it rises behind the crown and falls behind one shoulder.
        brush.Lock(s.Pose.Back,
            [(side * 0.02f, -0.29f), (side * 0.14f, -0.36f), (side * (0.27f + wide), -0.27f), (side * (0.3f + wide), -0.05f), (side * (0.29f + wide), 0.2f), (side * 0.27f, end)],
            [(side * 0.02f, -0.2f), (side * 0.12f, -0.25f), (side * 0.22f, -0.18f), (side * 0.24f, 0), (side * 0.225f, 0.2f), (side * 0.22f, end)], strands: 22, tip: 0.06f, wave: 0.008f);
        s.Canvas.Disc(s.Pose.Back(side * 0.06f, -0.285f), 0.032f * s.Pose.Scale, Multiply(s.Palette.Hair, 0xFFB0A0A0), FaceClass.Hair);
    }

    private static void Braid(FaceScene s, HairBrush brush, int side)
    {
        FacePalette p = s.Palette;
        float wide = 0.036f + 0.012f * s.Factors.HairVolume, x0 = 0.232f, y = 0.05f, end = 0.34f + 0.2f * s.Factors.HairLength;
        for (int i = 0; y < end; i++, y += 0.036f)
        {
            float x = x0 - 0.035f * Math.Clamp((y - 0.15f) / 0.3f, 0, 1), w = wide * (1 - 0.25f * (y / end));
            for (int half = -1; half <= 1; half += 2)
            {
                SKPoint At(float u, float v) => s.Pose.Hair(side * (x + u * w * half), y + v * 0.05f + half * 0.009f);
                using SKPath strand = Contour.Closed(At, (-0.25f, 0.62f), (0.1f, -0.2f), (0.75f, -0.55f), (1.05f, -0.1f), (0.7f, 0.5f));
                s.Canvas.Fill(strand, FaceClass.Hair, Ink.Linear(At(1, -0.5f), At(-0.2f, 0.7f), [Mix(p.Hair, p.HairLight, 0.55f), p.Hair, p.HairDeep], [0, 0.45f, 1]));
                s.Canvas.Stroke(strand, 0.003f, Fade(p.HairDeep, 0.55f));
            }
        }
        float tail = x0 - 0.035f * Math.Clamp((y - 0.15f) / 0.3f, 0, 1);
        brush.Lock(s.Pose.Hair, [(side * (tail + 0.018f), y - 0.01f), (side * (tail + 0.034f), y + 0.03f), (side * (tail + 0.02f), y + 0.07f)], [(side * (tail - 0.018f), y - 0.01f), (side * (tail - 0.03f), y + 0.03f), (side * (tail - 0.01f), y + 0.07f)], strands: 6, tip: 0.03f);
        using SKPath band = Contour.Open(s.Pose.Hair, (side * (tail - 0.02f), y), (side * (tail + 0.02f), y));
        s.Canvas.Stroke(band, 0.014f, Hsl(s.Factors.ClothHue + 40, 0.55f, 0.5f), FaceClass.Hair);
    }
}

using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Earrings, over ear, hair and neck. Where hair hides the ears a stud hangs as a drop.</summary>
internal static class Earrings
{
    public static void Draw(FaceScene s)
    {
        if (s.Factors.Earring == EarringStyle.None) return;
        Earring(s, -1);
        Earring(s, 1);
    }

    private static void Earring(FaceScene s, int side)
    {
        FaceFactors f = s.Factors;
        (float x, float y) = Head.Lobe(f);
        bool covered = Hair.CoversEars(f);
        if (covered) y += 0.03f;
        SKColor metal = Hsl(f.EarringHue, f.EarringHue == 45 ? 0.62f : 0.5f, f.EarringHue == 45 ? 0.55f : 0.52f);
        SKColor light = Mix(metal, SKColors.White, 0.6f), dark = Mix(metal, 0xFF30140A, 0.45f);
        SKPoint At(float u, float v) => s.Pose.Ear(side * (x + u), y + v);
        switch (f.Earring)
        {
            case EarringStyle.Hoop:
                Hoop(s, At(0.002f, 0.044f), 0.04f * s.Pose.Scale, metal, light, dark);
                break;
            case EarringStyle.Stud when !covered:
                Ball(s, At(0, 0.002f), 0.0195f * s.Pose.Scale, metal, light, dark);
                break;
            default:
                using (SKPath drop = Contour.Closed(At, Contour.Corner(0, 0), (0.008f, 0.026f), (0.023f, 0.056f), (0.014f, 0.084f), (0, 0.09f), (-0.014f, 0.084f), (-0.023f, 0.056f), (-0.008f, 0.026f)))
                    s.Canvas.Fill(drop, FaceClass.Earring, Ink.Linear(At(0.02f * f.Light, 0.03f), At(-0.02f * f.Light, 0.09f), light, metal, dark));
                Ball(s, At(0, 0), 0.012f * s.Pose.Scale, 0xFFD9B45C, 0xFFFFF0C0, 0xFF8A6420);
                s.Canvas.Spot(At(0.006f * f.Light, 0.056f), 0.01f * s.Pose.Scale, new SKColor(255, 255, 255, 200));
                break;
        }
    }

    private static void Hoop(FaceScene s, SKPoint center, float radius, SKColor metal, SKColor light, SKColor dark)
    {
        using SKPath ring = new();
        ring.AddOval(new SKRect(center.X - radius * 0.86f, center.Y - radius, center.X + radius * 0.86f, center.Y + radius));
        float lit = MathF.Sign(s.Factors.Light);
        Ink sheen = Ink.Linear(new(center.X + lit * radius, center.Y - radius), new(center.X - lit * radius, center.Y + radius), light, metal, dark);
        s.Canvas.Stroke(ring, 0.015f * s.Pose.Scale, sheen, FaceClass.Earring);
    }

    private static void Ball(FaceScene s, SKPoint center, float radius, SKColor metal, SKColor light, SKColor dark)
    {
        SKPoint glint = new(center.X + radius * 0.35f * s.Factors.Light, center.Y - radius * 0.35f);
        s.Canvas.Disc(center, radius, Ink.Radial(glint, radius * 1.5f, [light, metal, dark], [0, 0.4f, 1]), FaceClass.Earring);
    }
}

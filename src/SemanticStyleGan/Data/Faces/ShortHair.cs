using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Short cuts.</summary>
internal static class ShortHair
{
    public static void Receding(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors) * 0.7f;
        for (int side = -1; side <= 1; side += 2)
            brush.Lock(s.Pose.Hair,
                [(side * 0.15f, -0.232f), (side * 0.205f, -0.17f), (side * (0.23f + thick), -0.08f), (side * (0.234f + thick), -0.01f), (side * 0.226f, 0.06f)],
                [(side * 0.15f, -0.225f), (side * 0.168f, -0.16f), (side * 0.178f, -0.1f), (side * 0.192f, -0.03f), (side * 0.206f, 0.055f)], strands: 12, shine: 0.3f);
    }

    public static void Buzz(FaceScene s)
    {
        using SKPath cap = Contour.Symmetric(s.Pose.Hair,
            (0, -0.287f), (0.105f, -0.27f), (0.185f, -0.207f), (0.229f, -0.1f), (0.231f, -0.01f), Contour.Corner(0.222f, 0.05f),
            Contour.Corner(0.205f, 0.045f), (0.192f, -0.03f), (0.176f, -0.1f), (0.148f, -0.152f), (0.07f, -0.172f), (0, -0.168f));
        FacePalette p = s.Palette;
        float lit = MathF.Sign(s.Factors.Light);
        s.Canvas.Fill(cap, FaceClass.Hair, Ink.Linear(s.Pose.At(0.15f * lit, -0.3f, 0), s.Pose.At(-0.15f * lit, 0, 0), Mix(p.Skin, p.Hair, 0.62f), Mix(p.SkinShade, p.Hair, 0.82f)));
        using var inside = s.Canvas.Clip(cap);
        FaceRandom r = s.Details(FaceClass.Hair);
        for (int i = 0; i < 110; i++)
        {
            float x = r.Between(-0.22f, 0.22f), y = r.Between(-0.28f, 0.03f);
            using SKPath hair = Contour.Open(s.Pose.Hair, (x, y), (x * 1.03f, y + 0.012f));
            s.Canvas.Stroke(hair, 0.003f * s.Pose.Scale, Fade(i % 2 == 0 ? p.HairDeep : Mix(p.HairLight, p.Skin, 0.3f), 0.4f));
        }
    }

    public static void Crop(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors);
        Sides(s, brush, thick);
        float low = -0.15f + 0.04f * s.Factors.HairLength;
        brush.Lock(s.Pose.Hair,
            [(-0.19f, -0.1f), (-0.19f, -0.19f - thick * 0.4f), (-0.1f, -0.262f - thick), (0, -0.278f - thick), (0.1f, -0.262f - thick), (0.19f, -0.19f - thick * 0.4f), (0.19f, -0.1f)],
            [(-0.178f, -0.1f), (-0.15f, -0.15f), (-0.08f, -0.17f), (0, -0.174f), (0.08f, -0.17f), (0.15f, -0.15f), (0.178f, -0.1f)], strands: 8, shine: 0);
        int lean = s.Factors.HairPart > 0 ? 1 : -1;
        brush.Fan(s.Pose.Hair,
            [(-0.12f + lean * 0.025f, -0.235f - thick * 0.5f), (-0.165f + lean * 0.015f, -0.21f), (-0.172f, -0.16f), (-0.165f - lean * 0.015f, low + 0.02f)],
            [(0.12f + lean * 0.025f, -0.235f - thick * 0.5f), (0.165f + lean * 0.015f, -0.21f), (0.172f, -0.16f), (0.165f - lean * 0.015f, low + 0.02f)], 9, 0.016f, 0.024f);
    }

    public static void SidePart(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), part = 0.1f * s.Factors.HairPart;
        int near = part > 0 ? 1 : -1, far = -near;
        Contour.Knot near0 = (near * 0.234f, 0.0f), near1 = (near * 0.222f, 0.055f);
        brush.Lock(s.Pose.Hair, Hair.Crown(part, near, thick, near0, near1),
            [(part, -0.176f), (near * 0.15f, -0.165f), (near * 0.184f, -0.1f), (near * 0.196f, -0.02f), (near * 0.206f, 0.05f)]);
        brush.Lock(s.Pose.Hair, Hair.Crown(part, far, thick, (far * 0.236f, 0), (far * 0.222f, 0.055f)),
            [(part, -0.18f), (part - near * 0.07f, -0.15f), (far * 0.08f, -0.128f), (far * 0.165f, -0.128f), (far * 0.19f, -0.07f), (far * 0.198f, -0.01f), (far * 0.206f, 0.05f)], strands: 20);
    }

    public static void Quiff(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), rise = 0.035f + 0.04f * s.Factors.HairLength;
        int lean = s.Factors.HairPart > 0 ? 1 : -1;
        Sides(s, brush, thick * 0.5f);
        brush.Lock(s.Pose.Hair,
            [(-lean * 0.172f, -0.12f), (-lean * 0.2f, -0.19f), (-lean * 0.165f, -0.27f - rise * 0.6f), (-lean * 0.03f, -0.3f - rise), (lean * 0.11f, -0.298f - rise), (lean * 0.2f, -0.235f - rise * 0.3f), (lean * 0.216f, -0.16f)],
            [(-lean * 0.172f, -0.115f), (-lean * 0.14f, -0.168f), (-lean * 0.06f, -0.186f), (lean * 0.04f, -0.188f), (lean * 0.12f, -0.176f), (lean * 0.168f, -0.14f), (lean * 0.18f, -0.115f)], strands: 26, shine: 0.9f);
        brush.Lock(s.Pose.Hair,
            [(-lean * 0.15f, -0.165f), (-lean * 0.14f, -0.25f), (-lean * 0.05f, -0.285f - rise * 0.7f), (lean * 0.06f, -0.275f - rise * 0.6f)],
            [(lean * 0.06f, -0.186f), (lean * 0.05f, -0.21f), (lean * 0.06f, -0.23f), (lean * 0.08f, -0.265f - rise * 0.5f)], strands: 12, tip: 0.015f);
    }

    public static void Pixie(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors) * 1.1f, part = 0.11f * MathF.Sign(s.Factors.HairPart), down = 0.03f * s.Factors.HairLength;
        int near = part > 0 ? 1 : -1, far = -near;
        for (int side = -1; side <= 1; side += 2)
            brush.Lock(s.Pose.Hair, Hair.Crown(part, side, thick, (side * 0.243f, 0), (side * 0.23f, 0.08f + down), (side * 0.205f, 0.13f + down)),
                [(part, -0.18f), (side * 0.16f, -0.16f), (side * 0.19f, -0.08f), (side * 0.202f, 0), (side * 0.205f, 0.07f), (side * 0.198f, 0.13f + down)], tip: 0.012f);
        brush.Fan(s.Pose.Hair,
            [(part * 0.9f, -0.265f - thick * 0.9f), (near * 0.13f, -0.2f), (near * 0.16f, -0.14f), (near * 0.168f, -0.1f)],
            [(part * 0.2f, -0.27f - thick), (far * 0.13f, -0.23f), (far * 0.2f, -0.13f), (far * 0.21f, -0.02f + down)], 5, 0.012f, 0.025f);
    }

    private static void Sides(FaceScene s, HairBrush brush, float thick)
    {
        for (int side = -1; side <= 1; side += 2)
            brush.Lock(s.Pose.Hair, Hair.Crown(0, side, thick * 0.6f, (side * 0.233f, 0), (side * 0.222f, 0.055f)),
                [(0, -0.18f), (side * 0.1f, -0.18f), (side * 0.165f, -0.145f), (side * 0.186f, -0.08f), (side * 0.196f, -0.01f), (side * 0.206f, 0.05f)], shine: 0.2f);
    }
}

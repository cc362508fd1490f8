using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Hair to the jaw and longer, worn open.</summary>
internal static class LongHair
{
    public static void BobBack(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), end = End(s.Factors);
        using SKPath back = Contour.Symmetric(s.Pose.Back,
            (0, -0.26f - thick), (0.16f, -0.21f - thick * 0.7f), (0.235f + thick * 0.6f, -0.08f), (0.25f + thick, 0.08f), (0.252f + thick, end - 0.08f), (0.22f + thick * 0.6f, end + 0.01f), (0.1f, end + 0.02f), (0, end + 0.02f));
        brush.Mass(back);
        brush.Comb(back, s.Pose.Back, [(-0.1f, -0.2f), (-0.25f, 0), (-0.26f, end)], [(0.1f, -0.2f), (0.25f, 0), (0.26f, end)], 26);
    }

    public static void Back(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), wave = s.Factors.Hair == HairStyle.LongWavy ? 0.018f : 0.003f;
        Func<float, float, SKPoint> place = (x, y) => s.Pose.Back(x + MathF.Sign(x) * wave * MathF.Sin(y * 34) * Math.Clamp(y * 5 + 0.4f, 0, 1), y);
        float flare = 0.02f + 0.05f * s.Factors.HairVolume;
        using SKPath back = Contour.Symmetric(place,
            (0, -0.26f - thick), (0.16f, -0.21f - thick * 0.7f), (0.236f + thick * 0.6f, -0.08f), (0.25f + thick, 0.04f), (0.256f + thick + flare * 0.3f, 0.12f), (0.262f + thick + flare * 0.6f, 0.2f), (0.264f + thick + flare, 0.28f), (0.266f + thick + flare, 0.36f), (0.268f + thick + flare, 0.44f), (0.26f + thick + flare, 0.52f), (0.25f + thick, 0.62f), (0, 0.7f));
        brush.Mass(back);
        brush.Comb(back, place, [(-0.1f, -0.2f), (-0.26f, 0.05f), (-0.3f, 0.6f)], [(0.1f, -0.2f), (0.26f, 0.05f), (0.3f, 0.6f)], 34);
    }

    public static void Front(FaceScene s, HairBrush brush)
    {
        FaceFactors f = s.Factors;
        bool fringe = f.Hair is HairStyle.BobFringe or HairStyle.LongFringe;
        bool longer = f.Hair is HairStyle.LongStraight or HairStyle.LongWavy or HairStyle.LongFringe;
        float part = f.Hair == HairStyle.LongStraight ? 0.015f * f.HairPart : 0.085f * f.HairPart;
        if (fringe) part = 0;
        for (int side = -1; side <= 1; side += 2)
        {
            if (!longer) BobSide(s, brush, part, side);
            else if (f.HairTucked && !fringe) Tucked(s, brush, part, side);
            else LongSide(s, brush, part, side);
        }
        if (fringe) Fringe(s, brush);
    }

    private static float End(FaceFactors f) => 0.22f + 0.12f * f.HairLength;

    private static void BobSide(FaceScene s, HairBrush brush, float part, int side)
    {
        float thick = Hair.Thickness(s.Factors), end = End(s.Factors);
        brush.Lock(s.Pose.Hair,
            Hair.Crown(part, side, thick, (side * (0.248f + thick * 0.8f), 0.02f), (side * (0.256f + thick), 0.14f), (side * (0.248f + thick), end - 0.05f), (side * 0.212f, end + 0.015f)),
            [(part, -0.182f), .. Curtain(part, side), (side * 0.192f, -0.01f), (side * 0.198f, 0.1f), (side * 0.196f, end - 0.07f), (side * 0.165f, end)], strands: 18, tip: 0.008f);
    }

    private static void LongSide(FaceScene s, HairBrush brush, float part, int side)
    {
        float thick = Hair.Thickness(s.Factors), flare = 0.03f * s.Factors.HairVolume;
        float end = 0.4f + 0.22f * s.Factors.HairLength, wave = s.Factors.Hair == HairStyle.LongWavy ? 0.016f : 0.002f;
        brush.Lock(s.Pose.Hair,
            Hair.Crown(part, side, thick, (side * (0.246f + thick * 0.8f), 0.03f), (side * (0.256f + thick + flare), 0.16f), (side * (0.268f + thick + flare), 0.3f), (side * (0.262f + thick + flare), end)),
            [(part, -0.182f), .. Curtain(part, side), (side * 0.194f, 0), (side * 0.202f, 0.12f), (side * 0.192f, 0.24f), (side * 0.182f, 0.34f), (side * 0.19f, end)], strands: 22, tip: 0.05f, wave: wave);
    }

    private static void Tucked(FaceScene s, HairBrush brush, float part, int side)
    {
        float thick = Hair.Thickness(s.Factors);
        brush.Lock(s.Pose.Hair,
            Hair.Crown(part, side, thick, (side * (0.238f + thick * 0.5f), -0.02f), (side * (0.24f + thick * 0.5f), 0.035f)),
            [(part, -0.182f), .. Curtain(part, side), (side * 0.194f, -0.05f), (side * 0.208f, -0.02f), (side * 0.222f, 0)], strands: 16, tip: 0.004f);
    }

    // The edge of the hair over the forehead: it sweeps further down on the far side of the parting.
    private static Contour.Knot[] Curtain(float part, int side) => part * side > 0.02f
        ? [(side * 0.14f, -0.168f), (side * 0.178f, -0.1f)]
        : [(part + side * 0.05f, -0.168f), (side * 0.1f, -0.142f), (side * 0.162f, -0.1f), (side * 0.185f, -0.055f)];

    private static void Fringe(FaceScene s, HairBrush brush)
    {
        float thick = Hair.Thickness(s.Factors), low = -0.112f + 0.04f * s.Factors.HairLength;
        brush.Fan(s.Pose.Hair,
            [(-0.035f, -0.262f - thick), (-0.12f, -0.235f - thick * 0.6f), (-0.178f, -0.15f), (-0.194f, low + 0.02f)],
            [(0.035f, -0.262f - thick), (0.12f, -0.235f - thick * 0.6f), (0.178f, -0.15f), (0.194f, low + 0.02f)], 8, 0.007f, 0.006f, shine: 1);
    }
}

using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Necklines, collars, lapels and cords.</summary>
internal static class Garment
{
    public static void Draw(FaceScene s)
    {
        switch (s.Factors.Cloth)
        {
            case ClothStyle.CrewNeck or ClothStyle.ScoopNeck:
                Edge(s, 0.02f, -0.1f);
                break;
            case ClothStyle.VNeck:
                VEdge(s);
                break;
            case ClothStyle.Shirt:
                Collar(s, Body.Tone(s.Factors, 0.05f));
                Buttons(s);
                break;
            case ClothStyle.Hoodie:
                Hood(s);
                break;
            case ClothStyle.Turtleneck:
                Roll(s);
                break;
            case ClothStyle.Blazer:
                Blazer(s);
                break;
        }
    }

    private static void Edge(FaceScene s, float width, float lighter)
    {
        (float x, float y, float depth) = Body.Neckline(s.Factors);
        using SKPath edge = Contour.Open(s.Pose.Body, (-x, y), (-x * 0.62f, y + (depth - y) * 0.8f), (0, depth), (x * 0.62f, y + (depth - y) * 0.8f), (x, y));
        s.Canvas.Stroke(edge, width * s.Pose.Scale, Body.Tone(s.Factors, lighter), FaceClass.Cloth);
        s.Canvas.Stroke(edge, 0.003f, Fade(Body.Tone(s.Factors, lighter - 0.1f), 0.8f));
    }

    private static void VEdge(FaceScene s)
    {
        (float x, float y, float depth) = Body.Neckline(s.Factors);
        using SKPath edge = Contour.Open(s.Pose.Body, (-x, y), (-x * 0.55f, y + (depth - y) * 0.5f), Contour.Corner(0, depth), (x * 0.55f, y + (depth - y) * 0.5f), (x, y));
        s.Canvas.Stroke(edge, 0.018f * s.Pose.Scale, Body.Tone(s.Factors, -0.11f), FaceClass.Cloth);
    }

    private static void Collar(FaceScene s, SKColor color)
    {
        float wide = s.Factors.NeckWidth;
        for (int side = -1; side <= 1; side += 2)
        {
            SKPoint At(float x, float y) => s.Pose.Body(side * x, y);
            using SKPath wing = Contour.Closed(At,
                Contour.Corner(0.104f * wide, 0.352f), Contour.Corner(0.135f * wide, 0.378f), (0.155f * wide, 0.43f), Contour.Corner(0.125f, 0.512f), Contour.Corner(0.002f, 0.47f), (0.07f * wide, 0.43f));
            s.Canvas.Fill(wing, FaceClass.Cloth, Ink.Linear(At(0.12f, 0.37f), At(0.08f, 0.52f), Mix(color, SKColors.Black, 0.1f), Mix(color, SKColors.White, 0.14f)));
            s.Canvas.Stroke(wing, 0.0035f, Fade(Mix(color, SKColors.Black, 0.45f), 0.6f));
        }
    }

    private static void Buttons(FaceScene s)
    {
        SKColor dark = Fade(Body.Tone(s.Factors, -0.2f), 0.8f);
        using SKPath placket = Contour.Open(s.Pose.Body, (0.018f, 0.485f), (0.018f, 0.65f));
        s.Canvas.Stroke(placket, 0.004f, dark);
        s.Canvas.Disc(s.Pose.Body(0, 0.51f), 0.007f, dark);
    }

    private static void Hood(FaceScene s)
    {
        FaceFactors f = s.Factors;
        for (int side = -1; side <= 1; side += 2)
        {
            SKPoint At(float x, float y) => s.Pose.Body(side * x, y);
            using SKPath half = Contour.Closed(At,
                Contour.Corner(0.115f * f.NeckWidth, 0.33f), (0.185f, 0.37f), (0.215f, 0.43f), (0.15f, 0.492f), Contour.Corner(-0.012f, 0.508f), Contour.Corner(-0.004f, 0.468f), (0.07f, 0.452f), (0.115f * f.NeckWidth, 0.4f));
            s.Canvas.Fill(half, FaceClass.Cloth, Ink.Linear(At(0.2f, 0.36f), At(0.03f, 0.5f), Body.Tone(f, 0.08f), Body.Tone(f, -0.06f)));
            s.Canvas.Stroke(half, 0.004f, Fade(Body.Tone(f, -0.2f), 0.6f));
            using SKPath cord = Contour.Open(At, (0.055f, 0.478f), (0.06f, 0.51f), (0.057f, 0.56f));
            s.Canvas.Stroke(cord, 0.009f, Hsl(f.ClothHue, 0.1f, f.ClothLightness > 0.6f ? 0.3f : 0.93f));
        }
    }

    private static void Roll(FaceScene s)
    {
        FaceFactors f = s.Factors;
        float wide = 0.122f * f.NeckWidth;
        using SKPath roll = Contour.Symmetric(s.Pose.Body, (0, 0.325f), (wide * 0.8f, 0.318f), (wide * 1.03f, 0.33f), (wide * 1.12f, 0.4f), (wide * 1.12f, 0.435f), (wide * 0.7f, 0.462f), (0, 0.468f));
        float lit = MathF.Sign(f.Light);
        s.Canvas.Fill(roll, FaceClass.Cloth, Ink.Linear(s.Pose.Body(wide * lit, 0.4f), s.Pose.Body(-wide * lit, 0.4f), Body.Tone(f, 0.08f), Body.Tone(f, 0), Body.Tone(f, -0.14f)));
        using var inside = s.Canvas.Clip(roll);
        for (int i = -6; i <= 6; i++)
        {
            float x = i / 6.5f * wide;
            using SKPath rib = Contour.Open(s.Pose.Body, (x, 0.32f), (x * 1.08f, 0.4f), (x * 1.1f, 0.47f));
            s.Canvas.Stroke(rib, 0.004f, Fade(Body.Tone(f, -0.16f), 0.55f));
        }
        using SKPath shadow = s.FaceOutline(0.05f);
        s.Canvas.Shade(shadow, (Ink)new SKColor(20, 10, 30, 90) with { Blur = 0.01f });
    }

    private static void Blazer(FaceScene s)
    {
        FaceFactors f = s.Factors;
        SKColor shirt = Hsl(f.ClothHue + 180, 0.12f, f.ClothLightness > 0.7f ? 0.38f : 0.94f);
        using SKPath front = Contour.Closed(s.Pose.Body, Contour.Corner(-0.122f * f.NeckWidth, 0.39f), Contour.Corner(0, 0.47f), Contour.Corner(0.122f * f.NeckWidth, 0.39f), Contour.Corner(0.14f, 0.44f), Contour.Corner(0.03f, 0.65f), Contour.Corner(-0.03f, 0.65f), Contour.Corner(-0.14f, 0.44f));
        s.Canvas.Fill(front, FaceClass.Cloth, shirt);
        Collar(s, shirt);
        for (int side = -1; side <= 1; side += 2)
        {
            SKPoint At(float x, float y) => s.Pose.Body(side * x, y);
            using SKPath lapel = Contour.Closed(At,
                Contour.Corner(0.132f * f.NeckWidth, 0.372f), (0.168f, 0.41f), Contour.Corner(0.205f, 0.475f), Contour.Corner(0.165f, 0.492f), Contour.Corner(0.182f, 0.515f), (0.11f, 0.6f), Contour.Corner(0.03f, 0.68f), Contour.Corner(0.012f, 0.64f), (0.1f, 0.51f));
            s.Canvas.Fill(lapel, FaceClass.Cloth, Ink.Linear(At(0.15f, 0.38f), At(0.08f, 0.6f), Body.Tone(f, 0.09f), Body.Tone(f, -0.02f)));
            s.Canvas.Stroke(lapel, 0.0035f, Fade(Body.Tone(f, -0.25f), 0.7f));
        }
    }
}

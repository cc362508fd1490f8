using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>The hair: a layer behind neck and ears and a layer before the face, clipped to what a hat leaves free.</summary>
internal static class Hair
{
    /// <summary>Whether the style hides the ears' lobes, so that only hanging earrings can be seen.</summary>
    public static bool CoversEars(FaceFactors f) => f.Hair is HairStyle.Bob or HairStyle.BobFringe or HairStyle.LongFringe or HairStyle.Curly
        || (f.Hair is HairStyle.LongStraight or HairStyle.LongWavy && !f.HairTucked);

    public static void DrawBack(FaceScene s)
    {
        HairBrush brush = new(s, 0) { Shadows = false };
        using SKPath free = BelowHat(s, s.Pose.Back);
        using var clip = s.Canvas.Clip(free);
        switch (s.Factors.Hair)
        {
            case HairStyle.Bob or HairStyle.BobFringe:
                LongHair.BobBack(s, brush);
                break;
            case HairStyle.LongStraight or HairStyle.LongWavy or HairStyle.LongFringe:
                LongHair.Back(s, brush);
                break;
            case HairStyle.Bun or HairStyle.Ponytail:
                TiedHair.Back(s, brush);
                break;
            case HairStyle.Afro or HairStyle.Curly:
                CurlyHair.Back(s, brush);
                break;
        }
    }

    public static void DrawFront(FaceScene s)
    {
        HairBrush brush = new(s, 1);
        using SKPath free = BelowHat(s, s.Pose.Hair);
        using var clip = s.Canvas.Clip(free);
        switch (s.Factors.Hair)
        {
            case HairStyle.Receding:
                ShortHair.Receding(s, brush);
                break;
            case HairStyle.Buzz:
                ShortHair.Buzz(s);
                break;
            case HairStyle.Crop:
                ShortHair.Crop(s, brush);
                break;
            case HairStyle.SidePart:
                ShortHair.SidePart(s, brush);
                break;
            case HairStyle.Quiff:
                ShortHair.Quiff(s, brush);
                break;
            case HairStyle.Pixie:
                ShortHair.Pixie(s, brush);
                break;
            case HairStyle.Bob or HairStyle.BobFringe or HairStyle.LongStraight or HairStyle.LongWavy or HairStyle.LongFringe:
                LongHair.Front(s, brush);
                break;
            case HairStyle.Bun or HairStyle.Ponytail or HairStyle.Braids:
                TiedHair.Front(s, brush);
                break;
            case HairStyle.Afro or HairStyle.Curly or HairStyle.CurlyTop:
                CurlyHair.Front(s, brush);
                break;
        }
    }

    /// <summary>Thickness of the hair above the skull.</summary>
    public static float Thickness(FaceFactors f) => 0.02f + 0.038f * f.HairVolume;

    /// <summary>The silhouette from a root at <paramref name="part"/> on the crown down one side to the temple, then on through <paramref name="rest"/>.</summary>
    public static Contour.Knot[] Crown(float part, int side, float thick, params ReadOnlySpan<Contour.Knot> rest)
    {
        float Top(float x) => -0.274f - thick + 1.3f * x * x + 24 * x * x * x * x;
        List<Contour.Knot> knots = [(part, Top(part))];
        foreach (float x in stackalloc float[] { -0.06f, 0, 0.06f, 0.115f })
            if (x > part * side + 0.025f) knots.Add((side * x, Top(x)));
        knots.Add((side * 0.176f, -0.202f - 0.75f * thick));
        knots.Add((side * (0.226f + 0.5f * thick), -0.1f));
        foreach (Contour.Knot knot in rest) knots.Add(knot);
        return [.. knots];
    }

    // Under a hat hair is pressed down: what stands above the hat's edge, falling off to the sides, is not seen.
    private static SKPath BelowHat(FaceScene s, Func<float, float, SKPoint> place)
    {
        if (s.Factors.Hat != HatStyle.None)
            return Contour.Closed(place, (0, -0.22f), (0.15f, -0.2f), (0.25f, -0.13f), (0.32f, 0), (0.42f, 0.25f), Contour.Corner(0.7f, 0.9f), Contour.Corner(-0.7f, 0.9f), (-0.42f, 0.25f), (-0.32f, 0), (-0.25f, -0.13f), (-0.15f, -0.2f));
        SKPath all = new();
        all.AddRect(new SKRect(-1, -1, 2, 2));
        return all;
    }
}

namespace SemanticStyleGan.Data.Faces;

/// <summary>Curls: the cloud of an afro, loose curls, and curls on the top of a fade.</summary>
internal static class CurlyHair
{
    public static void Back(FaceScene s, HairBrush brush)
    {
        FaceFactors f = s.Factors;
        List<(float, float, float)> curls = [(0, -0.08f, 0.24f)];
        if (f.Hair == HairStyle.Afro)
        {
            float reach = 0.255f + 0.075f * f.HairVolume;
            curls = [(0, -0.1f, reach)];
            Ring(curls, brush, 0, -0.1f, reach * 1.02f, reach * 0.98f, -215, 35, 30, 0.036f, 0.05f);
        }
        else
        {
            float end = 0.18f + 0.26f * f.HairLength, reach = 0.262f + 0.04f * f.HairVolume;
            for (float y = -0.1f; y < end; y += 0.05f)
                for (int side = -1; side <= 1; side += 2)
                {
                    curls.Add((side * (reach - 0.02f + brush.Between(-0.015f, 0.02f)), y, brush.Between(0.045f, 0.062f)));
                    curls.Add((side * (0.17f + brush.Between(-0.02f, 0.02f)), y + 0.02f, 0.075f));
                }
        }
        brush.Curls(s.Pose.Back, curls, 0.6f);
    }

    public static void Front(FaceScene s, HairBrush brush)
    {
        FaceFactors f = s.Factors;
        List<(float, float, float)> curls = [];
        float thick = Hair.Thickness(f);
        switch (f.Hair)
        {
            case HairStyle.Afro:
                Ring(curls, brush, 0, -0.07f, 0.185f, 0.19f, -175, -5, 14, 0.048f, 0.048f);
                Ring(curls, brush, 0, -0.04f, 0.228f + 0.5f * thick, 0.225f + thick, -190, 10, 18, 0.04f, 0.05f);
                Ring(curls, brush, 0, -0.03f, 0.208f, 0.185f, -185, 5, 22, 0.022f, 0.03f);
                break;
            case HairStyle.Curly:
                Top(curls, brush, thick, 0.04f);
                Sides(curls, brush, f);
                break;
            default:
                ShortHair.Buzz(s);
                Ring(curls, brush, 0, -0.17f, 0.11f, 0.06f, -180, 150, 8, 0.06f, 0.06f);
                Ring(curls, brush, 0, -0.19f - 0.5f * thick, 0.09f, 0.06f + 0.5f * thick, -180, 0, 7, 0.062f, 0.062f);
                Ring(curls, brush, 0, -0.14f, 0.165f, 0.15f + thick, -190, 10, 12, 0.042f, 0.054f);
                Ring(curls, brush, 0, -0.15f, 0.12f, 0.09f, -170, -10, 8, 0.042f, 0.052f);
                Ring(curls, brush, 0, -0.135f, 0.155f, 0.045f, -175, -5, 10, 0.03f, 0.038f);
                break;
        }
        brush.Curls(s.Pose.Hair, curls);
    }

    private static void Top(List<(float, float, float)> curls, HairBrush brush, float thick, float radius)
    {
        Ring(curls, brush, 0, -0.055f, 0.19f, 0.185f, -185, 5, 14, 0.06f, 0.06f);
        Ring(curls, brush, 0, -0.06f, 0.215f + thick, 0.215f + thick, -185, 5, 16, radius, radius + 0.016f);
        Ring(curls, brush, 0, -0.05f, 0.19f, 0.17f, -180, 0, 15, radius, radius + 0.01f);
        Ring(curls, brush, 0, -0.05f, 0.175f, 0.115f, -178, -2, 11, 0.026f, 0.036f);
    }

    private static void Sides(List<(float, float, float)> curls, HairBrush brush, FaceFactors f)
    {
        float end = 0.14f + 0.26f * f.HairLength, reach = 0.25f + 0.04f * f.HairVolume;
        for (int side = -1; side <= 1; side += 2)
            for (float y = -0.04f; y < end; y += 0.042f)
            {
                curls.Add((side * (reach + brush.Between(-0.02f, 0.02f)), y, brush.Between(0.035f, 0.05f)));
                curls.Add((side * (0.222f + brush.Between(-0.01f, 0.012f)), y + 0.02f, brush.Between(0.028f, 0.036f)));
            }
    }

    // Curls along an ellipse, from one angle to another in degrees (−90 is up).
    private static void Ring(List<(float, float, float)> curls, HairBrush brush, float x, float y, float wide, float high, float from, float to, int count, float small, float large)
    {
        for (int i = 0; i < count; i++)
        {
            float angle = (from + (to - from) * (i + brush.Between(0.2f, 0.8f)) / count) * MathF.PI / 180, reach = brush.Between(0.95f, 1.05f);
            curls.Add((x + wide * reach * MathF.Cos(angle), y + high * reach * MathF.Sin(angle), brush.Between(small, large)));
        }
    }
}

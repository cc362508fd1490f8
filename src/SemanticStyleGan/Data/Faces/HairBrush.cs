using SkiaSharp;
using static SemanticStyleGan.Data.Faces.FacePalette;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Paints hair: locks between two guide curves, masses and curls, with strands and shine.</summary>
internal sealed class HairBrush(FaceScene s, ulong layer)
{
    private const int Points = 22;
    private FaceRandom random = new(s.Factors.DetailSeed, 200 + layer);

    /// <summary>Whether locks throw a shadow on what is below them.</summary>
    public bool Shadows { get; init; } = true;

    /// <summary>A lock between two curves from root to tip; strands follow both.</summary>
    /// <param name="place">Carries points into the image.</param>
    /// <param name="outer">The one edge, at least two knots.</param>
    /// <param name="inner">The other edge.</param>
    /// <param name="strands">How many single strands are shown.</param>
    /// <param name="tip">How far the lock's end is drawn out.</param>
    /// <param name="wave">Amplitude of waves along the lock.</param>
    /// <param name="shine">Strength of the band of light, 0 … 1.</param>
    public void Lock(Func<float, float, SKPoint> place, ReadOnlySpan<Contour.Knot> outer, ReadOnlySpan<Contour.Knot> inner, int strands = 14, float tip = 0, float wave = 0, float shine = 0.7f)
    {
        SKPoint[] a = Contour.Sample(outer, Points), b = Contour.Sample(inner, Points);
        float phase = random.Between(0, 6.28f);
        Wave(a, wave, phase);
        Wave(b, wave, phase - 0.6f);
        using SKPath shape = Outline(place, a, b, tip);
        if (Shadows) Shadow(shape);
        s.Canvas.Fill(shape, FaceClass.Hair, Wash());
        using var inside = s.Canvas.Clip(shape);
        Strands(place, a, b, strands, Fade(s.Palette.HairDeep, 0.36f), Fade(s.Palette.HairLight, 0.3f));
        Shine(place, a, b, strands, shine);
        using SKPath edge = Path(place, b, b, 0, 0, Points);
        s.Canvas.Stroke(edge, 0.006f * s.Pose.Scale, Fade(s.Palette.HairDeep, 0.38f));
    }

    /// <summary>Locks side by side that fill the space between two curves, with uneven tips.</summary>
    public void Fan(Func<float, float, SKPoint> place, ReadOnlySpan<Contour.Knot> left, ReadOnlySpan<Contour.Knot> right, int locks, float uneven, float tip, float shine = 0.7f)
    {
        SKPoint[] a = Contour.Sample(left, 6), b = Contour.Sample(right, 6);
        Span<Contour.Knot> from = stackalloc Contour.Knot[6], to = stackalloc Contour.Knot[6];
        for (int i = 0; i < locks; i++)
        {
            float drop = random.Between(-uneven, uneven);
            for (int j = 0; j < 6; j++)
            {
                float t = j / 5f * j / 5f * drop;
                SKPoint p = Between(a[j], b[j], (i - 0.12f) / locks), q = Between(a[j], b[j], (i + 1.12f) / locks);
                from[j] = (p.X, p.Y + t);
                to[j] = (q.X, q.Y + t);
            }
            Lock(place, from, to, strands: 5, tip: tip, shine: shine);
        }
    }

    /// <summary>A mass without direction, darker than the locks before it.</summary>
    public void Mass(SKPath shape, float darker = 0.4f)
    {
        FacePalette p = s.Palette;
        s.Canvas.Fill(shape, FaceClass.Hair, Ink.Linear(s.Pose.Back(0, -0.3f), s.Pose.Back(0, 0.35f), Mix(p.Hair, p.HairShade, darker), Mix(p.HairShade, p.HairDeep, darker)));
    }

    /// <summary>Strands inside a shape, between two curves.</summary>
    public void Comb(SKPath inside, Func<float, float, SKPoint> place, ReadOnlySpan<Contour.Knot> left, ReadOnlySpan<Contour.Knot> right, int strands)
    {
        SKPoint[] a = Contour.Sample(left, Points), b = Contour.Sample(right, Points);
        using var clip = s.Canvas.Clip(inside);
        Strands(place, a, b, strands, Fade(s.Palette.HairDeep, 0.32f), Fade(s.Palette.Hair, 0.4f));
    }

    /// <summary>Round curls, each with light and shade of its own.</summary>
    public void Curls(Func<float, float, SKPoint> place, IReadOnlyList<(float X, float Y, float Radius)> curls, float relief = 1)
    {
        float scale = s.Pose.Scale;
        using SKPath all = new() { FillType = SKPathFillType.Winding };
        foreach ((float x, float y, float radius) in curls)
        {
            SKPoint c = place(x, y);
            all.AddCircle(c.X, c.Y, radius * scale);
        }
        if (Shadows) Shadow(all);
        s.Canvas.Fill(all, FaceClass.Hair, Wash());
        float lit = MathF.Sign(s.Factors.Light);
        using SKPath bright = new(), dark = new();
        foreach ((float x, float y, float radius) in curls)
        {
            SKPoint c = place(x, y);
            float r = radius * scale;
            s.Canvas.Spot(new SKPoint(c.X - lit * r * 0.2f, c.Y + r * 0.35f), r * 0.95f, Fade(s.Palette.HairDeep, 0.34f * relief));
            s.Canvas.Spot(new SKPoint(c.X + lit * r * 0.3f, c.Y - r * 0.35f), r * 0.75f, Fade(s.Palette.HairLight, 0.42f * relief));
            SKPath ring = random.Chance(0.5f) ? bright : dark;
            ring.AddArc(new SKRect(c.X - r * 0.62f, c.Y - r * 0.62f, c.X + r * 0.62f, c.Y + r * 0.62f), random.Between(0, 360), random.Between(120, 230));
        }
        s.Canvas.Stroke(bright, 0.0065f * scale, Fade(s.Palette.HairLight, 0.36f * relief));
        s.Canvas.Stroke(dark, 0.0065f * scale, Fade(s.Palette.HairDeep, 0.36f * relief));
    }

    /// <summary>A random number for the shapes of this layer.</summary>
    public float Between(float low, float high) => random.Between(low, high);

    private Ink Wash()
    {
        FacePalette p = s.Palette;
        float lit = MathF.Sign(s.Factors.Light);
        return Ink.Linear(s.Pose.At(0.22f * lit, -0.34f, 0), s.Pose.At(-0.16f * lit, 0.3f, 0), [Mix(p.Hair, p.HairLight, 0.55f), p.Hair, Mix(p.Hair, p.HairShade, 0.9f)], [0, 0.42f, 1]);
    }

    private void Shadow(SKPath shape)
    {
        using SKPath moved = new(shape);
        moved.Transform(SKMatrix.CreateTranslation(-0.006f * s.Factors.Light, 0.013f));
        using var inside = s.Canvas.Clip(s.Outline);
        s.Canvas.Shade(moved, (Ink)new SKColor(60, 14, 24, 74) with { Blur = 0.007f });
    }

    // Strands of one tone and width go into one path: a draw call costs more than a strand.
    private void Strands(Func<float, float, SKPoint> place, SKPoint[] a, SKPoint[] b, int count, SKColor dark, SKColor light)
    {
        using SKPath fine = new(), broad = new(), bright = new();
        for (int i = 0; i < count; i++)
        {
            // Most strands run from the root; ends in the middle of a lock look like dashes.
            int from = random.Chance(0.75f) ? 0 : (int)(random.Between(0.1f, 0.3f) * Points), to = (int)(random.Between(0.8f, 1) * Points);
            float across = (i + random.Unit()) / count;
            Append(random.Pick([1, 0.8f, 1.6f]) switch { 0 => fine, 1 => broad, _ => bright }, place, a, b, across, from, to);
        }
        s.Canvas.Stroke(fine, 0.0035f * s.Pose.Scale, dark);
        s.Canvas.Stroke(broad, 0.007f * s.Pose.Scale, dark);
        s.Canvas.Stroke(bright, 0.0052f * s.Pose.Scale, light);
    }

    private void Shine(Func<float, float, SKPoint> place, SKPoint[] a, SKPoint[] b, int strands, float strength)
    {
        if (strength <= 0) return;
        using SKPath band = new(), core = new();
        for (int i = 0; i < strands; i++)
        {
            float across = (i + 0.5f) / strands, from = random.Between(0.16f, 0.28f), to = random.Between(0.36f, 0.5f);
            Append(band, place, a, b, across, (int)(from * Points), (int)(to * Points));
            Append(core, place, a, b, across, (int)((0.7f * from + 0.3f * to) * Points), (int)((0.3f * from + 0.7f * to) * Points));
        }
        s.Canvas.Stroke(band, 0.009f * s.Pose.Scale, Fade(s.Palette.HairLight, 0.3f * strength));
        s.Canvas.Stroke(core, 0.006f * s.Pose.Scale, Fade(s.Palette.HairLight, 0.34f * strength));
    }

    private static void Append(SKPath all, Func<float, float, SKPoint> place, SKPoint[] a, SKPoint[] b, float across, int from, int to)
    {
        using SKPath strand = Path(place, a, b, across, from, to);
        all.AddPath(strand);
    }

    private static SKPath Path(Func<float, float, SKPoint> place, SKPoint[] a, SKPoint[] b, float across, int from, int to)
    {
        List<Contour.Knot> knots = [];
        for (int i = from; i < to; i += i < to - 1 ? Math.Min(3, to - 1 - i) : 1)
        {
            SKPoint p = Between(a[i], b[i], across);
            knots.Add((p.X, p.Y));
        }
        return Contour.Open(place, [.. knots]);
    }

    private static SKPath Outline(Func<float, float, SKPoint> place, SKPoint[] a, SKPoint[] b, float tip)
    {
        List<Contour.Knot> knots = [];
        for (int i = 0; i < Points; i++) knots.Add(new(a[i].X, a[i].Y, i is 0 or Points - 1));
        if (tip > 0)
        {
            SKPoint middle = Between(a[^1], b[^1], 0.5f), before = Between(a[^3], b[^3], 0.5f);
            float length = MathF.Max(1e-4f, SKPoint.Distance(middle, before));
            knots.Add((middle.X + (middle.X - before.X) / length * tip, middle.Y + (middle.Y - before.Y) / length * tip));
        }
        for (int i = Points - 1; i >= 0; i--) knots.Add(new(b[i].X, b[i].Y, i is 0 or Points - 1));
        return Contour.Closed(place, [.. knots]);
    }

    private static void Wave(SKPoint[] points, float amplitude, float phase)
    {
        if (amplitude == 0) return;
        SKPoint[] straight = [.. points];
        for (int i = 2; i < points.Length; i++)
        {
            SKPoint along = straight[Math.Min(i + 1, points.Length - 1)] - straight[i - 1];
            float length = MathF.Max(1e-4f, along.Length), t = i / (float)(points.Length - 1);
            float shift = amplitude * Math.Clamp((t - 0.32f) * 3, 0, 1) * MathF.Sin(phase + t * 17);
            points[i] = new SKPoint(straight[i].X - along.Y / length * shift, straight[i].Y + along.X / length * shift);
        }
    }

    private static SKPoint Between(SKPoint a, SKPoint b, float t) => new(a.X + (b.X - a.X) * t, a.Y + (b.Y - a.Y) * t);
}

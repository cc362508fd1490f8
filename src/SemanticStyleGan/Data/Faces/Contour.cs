using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>Smooth curves through few points (Catmull-Rom), with corners where asked.</summary>
internal static class Contour
{
    /// <summary>A point of a contour in the coordinates of what is drawn.</summary>
    internal readonly record struct Knot(float X, float Y, bool Corner = false)
    {
        public static implicit operator Knot((float X, float Y) point) => new(point.X, point.Y);
    }

    /// <summary>A knot at which the curve has a corner.</summary>
    public static Knot Corner(float x, float y) => new(x, y, true);

    /// <summary>A closed curve.</summary>
    public static SKPath Closed(Func<float, float, SKPoint> place, params ReadOnlySpan<Knot> knots) => Build(place, knots, closed: true);

    /// <summary>An open curve.</summary>
    public static SKPath Open(Func<float, float, SKPoint> place, params ReadOnlySpan<Knot> knots) => Build(place, knots, closed: false);

    /// <summary>A closed curve symmetric about x = 0: the knots of the right half from top to bottom; the first and last may lie on the axis.</summary>
    public static SKPath Symmetric(Func<float, float, SKPoint> place, params ReadOnlySpan<Knot> right)
    {
        List<Knot> knots = [.. right];
        for (int i = right.Length - 1; i >= 0; i--)
            if (right[i].X != 0)
                knots.Add(right[i] with { X = -right[i].X });
        return Build(place, [.. knots], closed: true);
    }

    /// <summary><paramref name="count"/> points along a curve, the ends included.</summary>
    public static SKPoint[] Sample(ReadOnlySpan<Knot> knots, int count)
    {
        SKPoint[] points = new SKPoint[count];
        for (int i = 0; i < count; i++)
        {
            float along = i * (knots.Length - 1f) / (count - 1);
            int piece = Math.Min((int)along, knots.Length - 2);
            float t = along - piece, s = 1 - t;
            (SKPoint a, SKPoint b, SKPoint c, SKPoint d) = Piece(knots, piece, closed: false);
            points[i] = new SKPoint(
                s * s * s * a.X + 3 * s * s * t * b.X + 3 * s * t * t * c.X + t * t * t * d.X,
                s * s * s * a.Y + 3 * s * s * t * b.Y + 3 * s * t * t * c.Y + t * t * t * d.Y);
        }
        return points;
    }

    private static SKPath Build(Func<float, float, SKPoint> place, ReadOnlySpan<Knot> knots, bool closed)
    {
        Knot[] placed = new Knot[knots.Length];
        for (int i = 0; i < placed.Length; i++)
        {
            SKPoint p = place(knots[i].X, knots[i].Y);
            placed[i] = new Knot(p.X, p.Y, knots[i].Corner);
        }
        SKPath path = new();
        path.MoveTo(placed[0].X, placed[0].Y);
        for (int i = 0; i < (closed ? placed.Length : placed.Length - 1); i++)
        {
            (_, SKPoint b, SKPoint c, SKPoint d) = Piece(placed, i, closed);
            path.CubicTo(b, c, d);
        }
        if (closed) path.Close();
        return path;
    }

    // The Bézier points of the piece from knot i to the next; a corner has no tangent of its own.
    private static (SKPoint, SKPoint, SKPoint, SKPoint) Piece(ReadOnlySpan<Knot> knots, int i, bool closed)
    {
        int n = knots.Length;
        Knot a = knots[i], d = knots[(i + 1) % n];
        Knot before = closed ? knots[(i + n - 1) % n] : knots[Math.Max(i - 1, 0)];
        Knot after = closed ? knots[(i + 2) % n] : knots[Math.Min(i + 2, n - 1)];
        SKPoint start = new(a.X, a.Y), end = new(d.X, d.Y);
        SKPoint b = a.Corner ? Mix(start, end, 1 / 3f) : new(a.X + (d.X - before.X) / 6, a.Y + (d.Y - before.Y) / 6);
        SKPoint c = d.Corner ? Mix(end, start, 1 / 3f) : new(d.X - (after.X - a.X) / 6, d.Y - (after.Y - a.Y) / 6);
        return (start, b, c, end);
    }

    private static SKPoint Mix(SKPoint a, SKPoint b, float t) => new(a.X + (b.X - a.X) * t, a.Y + (b.Y - a.Y) * t);
}

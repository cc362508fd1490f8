using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>
/// A picture and its mask that are drawn together: every labelled shape goes with its ink onto the picture and, by the same geometry,
/// with its class index onto the mask. Coordinates are in image widths, the origin is the upper left corner.
/// </summary>
internal sealed class LabelledCanvas : IDisposable
{
    // The picture is antialiased as well, so 2 is enough; the mask is not, and thin parts of small masks need more votes.
    private const int Supersampling = 2;

    private readonly int size;
    private readonly int votesAcross;
    private readonly SKBitmap picture;
    private readonly SKBitmap mask;
    private readonly SKCanvas pictureCanvas;
    private readonly SKCanvas maskCanvas;
    private readonly SKPaint ink = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
    private readonly SKPaint label = new() { IsAntialias = false, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round, BlendMode = SKBlendMode.Src };

    /// <summary>A canvas for pictures of <paramref name="size"/> pixels, supersampled.</summary>
    public LabelledCanvas(int size)
    {
        this.size = size;
        votesAcross = size <= 96 ? 4 : 2;
        picture = Bitmap(size * Supersampling);
        mask = Bitmap(size * votesAcross);
        pictureCanvas = new SKCanvas(picture);
        maskCanvas = new SKCanvas(mask);
        maskCanvas.Clear(SKColors.Black);
        pictureCanvas.Scale(picture.Width);
        maskCanvas.Scale(mask.Width);
    }

    /// <summary>Draws a shape on the picture and its class on the mask.</summary>
    public void Fill(SKPath path, FaceClass part, Ink with)
    {
        Shade(path, with);
        Label(path, part);
    }

    /// <summary>Draws a shape on the picture only: shading inside a part.</summary>
    public void Shade(SKPath path, Ink with)
    {
        ink.IsStroke = false;
        Paint(path, with);
    }

    /// <summary>Draws a shape's class on the mask only.</summary>
    public void Label(SKPath path, FaceClass part)
    {
        label.IsStroke = false;
        label.Color = new SKColor((byte)part, 0, 0);
        maskCanvas.DrawPath(path, label);
    }

    /// <summary>Draws a line on the picture and, when <paramref name="part"/> is given, its class on the mask.</summary>
    public void Stroke(SKPath path, float width, Ink with, FaceClass? part = null)
    {
        ink.IsStroke = true;
        ink.StrokeWidth = width;
        Paint(path, with);
        if (part is null) return;
        label.IsStroke = true;
        label.StrokeWidth = width;
        label.Color = new SKColor((byte)part, 0, 0);
        maskCanvas.DrawPath(path, label);
    }

    /// <summary>Draws a soft spot of light or colour on the picture only.</summary>
    public void Spot(SKPoint center, float radius, SKColor color)
    {
        ink.IsStroke = false;
        Ink.Spot(center, radius, color).Apply(ink);
        pictureCanvas.DrawCircle(center, radius, ink);
        Ink.Remove(ink);
    }

    /// <summary>Draws a disc on the picture and, when <paramref name="part"/> is given, its class on the mask.</summary>
    public void Disc(SKPoint center, float radius, Ink with, FaceClass? part = null)
    {
        using SKPath path = new();
        path.AddCircle(center.X, center.Y, radius);
        if (part is { } known) Fill(path, known, with);
        else Shade(path, with);
    }

    /// <summary>Restricts what follows to the inside (or outside) of a shape until the result is disposed.</summary>
    public Clipping Clip(SKPath path, bool outside = false)
    {
        SKClipOperation operation = outside ? SKClipOperation.Difference : SKClipOperation.Intersect;
        Clipping clipping = new(pictureCanvas, maskCanvas, pictureCanvas.Save(), maskCanvas.Save());
        pictureCanvas.ClipPath(path, operation, antialias: true);
        maskCanvas.ClipPath(path, operation, antialias: false);
        return clipping;
    }

    /// <summary>Averages the picture and takes the most frequent class of every pixel.</summary>
    public void Resolve(Span<byte> rgb, Span<byte> labels)
    {
        pictureCanvas.Flush();
        maskCanvas.Flush();
        Average(rgb);
        Vote(labels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ink.Dispose();
        label.Dispose();
        pictureCanvas.Dispose();
        maskCanvas.Dispose();
        picture.Dispose();
        mask.Dispose();
    }

    private static SKBitmap Bitmap(int width) => new(new SKImageInfo(width, width, SKColorType.Rgba8888, SKAlphaType.Opaque));

    private void Average(Span<byte> rgb)
    {
        ReadOnlySpan<byte> colors = picture.GetPixelSpan();
        int row = picture.RowBytes;
        for (int y = 0, to = 0; y < size; y++)
            for (int x = 0, from = y * 2 * row; x < size; x++, from += 8)
                for (int channel = from; channel < from + 3; channel++, to++)
                    rgb[to] = (byte)((colors[channel] + colors[channel + 4] + colors[channel + row] + colors[channel + row + 4] + 2) >> 2);
    }

    private void Vote(Span<byte> labels)
    {
        ReadOnlySpan<byte> classes = mask.GetPixelSpan();
        Span<int> votes = stackalloc int[(int)FaceClass.Earring + 1];
        for (int y = 0, pixel = 0; y < size; y++)
            for (int x = 0; x < size; x++, pixel++)
            {
                votes.Clear();
                for (int dy = 0; dy < votesAcross; dy++)
                {
                    int at = (y * votesAcross + dy) * mask.RowBytes + x * votesAcross * 4;
                    for (int dx = 0; dx < votesAcross; dx++) votes[classes[at + dx * 4]]++;
                }
                labels[pixel] = Winner(votes);
            }
    }

    // Of equal counts the later class wins: the small parts come later.
    private static byte Winner(ReadOnlySpan<int> votes)
    {
        int best = 0;
        for (int i = 1; i < votes.Length; i++)
            if (votes[i] > 0 && votes[i] >= votes[best])
                best = i;
        return (byte)best;
    }

    private void Paint(SKPath path, Ink with)
    {
        with.Apply(ink);
        pictureCanvas.DrawPath(path, ink);
        Ink.Remove(ink);
    }

    /// <summary>A clip of both canvases.</summary>
    internal readonly ref struct Clipping(SKCanvas picture, SKCanvas mask, int pictureSaved, int maskSaved)
    {
        public void Dispose()
        {
            picture.RestoreToCount(pictureSaved);
            mask.RestoreToCount(maskSaved);
        }
    }
}

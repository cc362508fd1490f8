using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>
/// A picture and its mask that are drawn together: every labelled shape goes with its ink onto the picture and, by the same geometry,
/// with its class index onto the mask. Coordinates are in image widths, the origin is the upper left corner.
/// </summary>
internal sealed class LabelledCanvas : IDisposable
{
    private readonly int size;
    private readonly int supersampling;
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
        supersampling = size <= 96 ? 3 : 2;
        SKImageInfo info = new(size * supersampling, size * supersampling, SKColorType.Rgba8888, SKAlphaType.Opaque);
        picture = new SKBitmap(info);
        mask = new SKBitmap(info);
        pictureCanvas = new SKCanvas(picture);
        maskCanvas = new SKCanvas(mask);
        maskCanvas.Clear(SKColors.Black);
        pictureCanvas.Scale(info.Width);
        maskCanvas.Scale(info.Width);
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
        ReadOnlySpan<byte> colors = picture.GetPixelSpan();
        ReadOnlySpan<byte> classes = mask.GetPixelSpan();
        Span<int> votes = stackalloc int[(int)FaceClass.Earring + 1];
        for (int y = 0, pixel = 0; y < size; y++)
            for (int x = 0; x < size; x++, pixel++)
            {
                int red = 0, green = 0, blue = 0;
                votes.Clear();
                for (int dy = 0; dy < supersampling; dy++)
                {
                    int at = ((y * supersampling + dy) * size + x) * supersampling * 4;
                    for (int end = at + supersampling * 4; at < end; at += 4)
                    {
                        red += colors[at];
                        green += colors[at + 1];
                        blue += colors[at + 2];
                        votes[classes[at]]++;
                    }
                }
                int samples = supersampling * supersampling;
                rgb[pixel * 3] = (byte)((red + samples / 2) / samples);
                rgb[pixel * 3 + 1] = (byte)((green + samples / 2) / samples);
                rgb[pixel * 3 + 2] = (byte)((blue + samples / 2) / samples);
                labels[pixel] = Winner(votes);
            }
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

using SkiaSharp;

namespace SemanticStyleGan.Data.Faces;

/// <summary>What a shape is filled with: a colour or a gradient, with an optional soft edge. Holds no native object.</summary>
internal sealed record Ink
{
    private readonly SKColor[] colors;
    private readonly float[]? stops;
    private readonly SKPoint from;
    private readonly SKPoint to;
    private readonly float radius;

    private Ink(SKColor[] colors, float[]? stops, SKPoint from, SKPoint to, float radius) =>
        (this.colors, this.stops, this.from, this.to, this.radius) = (colors, stops, from, to, radius);

    /// <summary>Standard deviation of a blurred edge, in image widths.</summary>
    public float Blur { get; init; }

    public static implicit operator Ink(SKColor color) => new([color], null, default, default, 0);

    public static Ink Linear(SKPoint from, SKPoint to, params SKColor[] colors) => new(colors, null, from, to, 0);

    public static Ink Linear(SKPoint from, SKPoint to, SKColor[] colors, float[] stops) => new(colors, stops, from, to, 0);

    public static Ink Radial(SKPoint center, float radius, SKColor[] colors, float[] stops) => new(colors, stops, center, center, radius);

    /// <summary>A spot that fades out.</summary>
    public static Ink Spot(SKPoint center, float radius, SKColor color) =>
        new([color, color.WithAlpha((byte)(color.Alpha * 0.55f)), color.WithAlpha(0)], [0, 0.45f, 1], center, center, radius);

    /// <summary>Sets colour, shader and blur of <paramref name="paint"/>; the caller takes them off again with <see cref="Remove"/>.</summary>
    public void Apply(SKPaint paint)
    {
        paint.Color = colors.Length == 1 ? colors[0] : SKColors.Black;
        if (radius > 0) paint.Shader = SKShader.CreateRadialGradient(from, radius, colors, stops, SKShaderTileMode.Clamp);
        else if (colors.Length > 1) paint.Shader = SKShader.CreateLinearGradient(from, to, colors, stops, SKShaderTileMode.Clamp);
        if (Blur > 0) paint.MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, Blur);
    }

    public static void Remove(SKPaint paint)
    {
        using SKShader? shader = paint.Shader;
        using SKMaskFilter? filter = paint.MaskFilter;
        paint.Shader = null;
        paint.MaskFilter = null;
    }
}

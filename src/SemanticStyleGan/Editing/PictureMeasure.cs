using SemanticStyleGan.Data;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Editing;

/// <summary>Something that can be measured in a picture and its mask: <c>hair:area</c>, <c>hair:height</c>, <c>mouth:brightness</c>, ….</summary>
/// <param name="Part">The part's index.</param>
/// <param name="Kind">What is measured.</param>
public sealed record PictureMeasure(int Part, string Kind)
{
    /// <summary>The kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["area", "height", "width", "openness", "top", "bottom", "brightness", "red", "green", "blue"];

    /// <summary>Reads <c>PART:KIND</c>.</summary>
    /// <exception cref="InputException">An unknown part or kind.</exception>
    public static PictureMeasure Parse(string text, SemanticLayout layout)
    {
        if (text.Split(':') is not [string part, string kind] || !Kinds.Contains(kind))
            throw new InputException($"measure '{text}', expected PART:KIND with KIND one of {string.Join(", ", Kinds)}, for example hair:area.");
        return new PictureMeasure(layout.IndexOf(part), kind);
    }

    /// <summary>The value in a picture: lengths and areas as shares of the picture, openness as height over width, colours from 0 to 1; not a number where the part is not there and has no value then.</summary>
    public double Of(Picture picture)
    {
        (LabelMap labels, byte[] pixels) = (picture.Labels, picture.Image.Pixels);
        (int count, int left, int right, int top, int bottom) = (0, labels.Width, -1, labels.Height, -1);
        Span<double> color = stackalloc double[3];
        for (int p = 0; p < labels.Classes.Length; p++)
        {
            if (labels.Classes[p] != Part) continue;
            (int y, int x) = Math.DivRem(p, labels.Width);
            (count, left, right, top, bottom) = (count + 1, Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
            for (int c = 0; c < 3; c++) color[c] += pixels[3 * p + c] / 255.0;
        }
        if (Kind == "area") return (double)count / labels.Classes.Length;
        if (count == 0) return Kind is "height" or "width" ? 0 : double.NaN;
        return Kind switch
        {
            "height" => (double)(bottom - top + 1) / labels.Height,
            "width" => (double)(right - left + 1) / labels.Width,
            "openness" => (double)(bottom - top + 1) / (right - left + 1),
            "top" => (double)top / labels.Height,
            "bottom" => (double)(bottom + 1) / labels.Height,
            "brightness" => (0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]) / count,
            "red" => color[0] / count,
            "green" => color[1] / count,
            _ => color[2] / count,
        };
    }
}

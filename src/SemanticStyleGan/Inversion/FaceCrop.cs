using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Places the square so that the face, as a parser finds it, is as large and lies where the model's faces do; the middle where no face is found. The square
/// stays inside the picture.
/// </summary>
public sealed class FaceCrop : PictureCrop
{
    private const int Samples = 32, Looks = 2;
    private const double LeastShare = 0.01, Trimmed = 0.03;
    private readonly Parser parser;
    private readonly int part;
    private readonly Box usual;

    /// <summary>Looks where the model's faces are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parser">Finds the part in pictures; its layout is the model's.</param>
    /// <param name="part">The name of the part, for example <c>face</c>.</param>
    /// <exception cref="InputException">The layout has no such part, or the model does not show it.</exception>
    public FaceCrop(SemanticModel model, Parser parser, string part = "face")
    {
        (this.parser, this.part) = (parser, model.Layout.IndexOf(part));
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor z = randn([Samples, model.Config.StyleSize], generator: new Generator(0)).to(model.Generator.Device);
        Box[] boxes = [.. model.Generator.Mapping.Forward(z).split(8).SelectMany(w => MaskTensors.ToLabels(model.Generator.Synthesize(w).Mask)).Select(Find).OfType<Box>()];
        if (boxes.Length == 0) throw new InputException($"the model shows no '{part}', so pictures can't be cut by it; use the middle.");
        usual = new(boxes.Average(b => b.X), boxes.Average(b => b.Y), boxes.Average(b => b.Height));
    }

    /// <inheritdoc/>
    public override Square Choose(RgbImage image)
    {
        Square square = Square.Centre(image.Width, image.Height);
        // The first look is at all of the picture, made square by its edge pixels; the next at what was chosen.
        int longer = Math.Max(image.Width, image.Height);
        Square seen = new((image.Width - longer) / 2, (image.Height - longer) / 2, longer);
        for (int look = 0; look < Looks; look++)
        {
            if (Find(Read(seen.Cut(image, Size))) is not { } face) return square;
            int side = (int)Math.Clamp(face.Height * seen.Side / usual.Height, Math.Min(16, square.Side), Math.Min(image.Width, image.Height));
            double left = seen.Left + face.X * seen.Side - usual.X * side, top = seen.Top + face.Y * seen.Side - usual.Y * side;
            seen = square = new((int)Math.Clamp(left, 0, image.Width - side), (int)Math.Clamp(top, 0, image.Height - side), side);
        }
        return square;
    }

    private int Size => Math.Max(parser.Config.SizeMultiple, 64 / parser.Config.SizeMultiple * parser.Config.SizeMultiple);

    private LabelMap Read(RgbImage image)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return MaskTensors.ToLabels(parser.Logits(ImageTensors.FromPictures([image])))[0];
    }

    // In shares of the picture; a few stray pixels at each end do not count.
    private Box? Find(LabelMap labels)
    {
        int[] at = [.. Enumerable.Range(0, labels.Classes.Length).Where(p => labels.Classes[p] == part)];
        if (at.Length < LeastShare * labels.Classes.Length) return null;
        (double left, double right) = Ends([.. at.Select(p => p % labels.Width)]);
        (double top, double bottom) = Ends([.. at.Select(p => p / labels.Width)]);
        return new((left + right) / 2 / labels.Width, (top + bottom) / 2 / labels.Height, (bottom - top) / labels.Height);
    }

    private static (double First, double Last) Ends(int[] values)
    {
        Array.Sort(values);
        int skipped = (int)(Trimmed * values.Length);
        return (values[skipped], values[^(1 + skipped)] + 1);
    }

    private sealed record Box(double X, double Y, double Height);
}

using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Chooses the square of a picture in which a parser sees the parts most nearly where the model shows them: squares of some sizes at some places are
/// compared, then those around the best. The middle where none is like the model's pictures.
/// </summary>
public sealed class FaceCrop : PictureCrop
{
    private const int Samples = 32, Places = 9, Batch = 16;
    private const double LeastAgreement = 0.15;
    private static readonly double[] Sides = [1, 0.8, 0.6, 0.45];
    private readonly Parser parser;
    private readonly Tensor usual; // [K - 1, R, R], the share of samples that show a part at a pixel

    /// <summary>Looks where the model's parts are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parser">Reads pictures; its layout is the model's.</param>
    public FaceCrop(SemanticModel model, Parser parser)
    {
        this.parser = parser;
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor z = randn([Samples, model.Config.StyleSize], generator: new Generator(0)).to(model.Generator.Device);
        Tensor labels = cat([.. model.Generator.Map(z).split(8).Select(w => model.Generator.Synthesize(w).Mask.argmax(1))]);
        Tensor shown = (MaskTensors.OneHot(labels, model.Config.Parts) + Constant(1)) / Constant(2);
        usual = nn.functional.adaptive_avg_pool2d(shown.mean([0], keepdim: true), Size)[0].narrow(0, 1, model.Config.Parts - 1).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Square Choose(RgbImage image)
    {
        int shorter = Math.Min(image.Width, image.Height);
        (Square best, double agreement) = Best(image, [.. Sides.SelectMany(share => Grid(image, (int)(share * shorter)))]);
        if (agreement < LeastAgreement) return Square.Centre(image.Width, image.Height);
        return Best(image, [best, .. Around(best, image)]).Square;
    }

    // Places along both sides; one where the square fills a side.
    private static IEnumerable<Square> Grid(RgbImage image, int side)
    {
        IEnumerable<int> Steps(int room)
        {
            int count = room == 0 ? 1 : Math.Min(Places, 2 + 6 * room / side);
            return Enumerable.Range(0, count).Select(i => i * room / Math.Max(1, count - 1));
        }
        return Steps(image.Height - side).SelectMany(_ => Steps(image.Width - side), (top, left) => new Square(left, top, side));
    }

    private static IEnumerable<Square> Around(Square best, RgbImage image) =>
        from scale in new[] { 0.9, 1, 1.1 }
        let side = Math.Min((int)(scale * best.Side), Math.Min(image.Width, image.Height))
        from x in new[] { -0.06, 0, 0.06 }
        from y in new[] { -0.06, 0, 0.06 }
        select new Square(
            Math.Clamp((int)(best.Left + (best.Side - side) / 2.0 + x * side), 0, image.Width - side),
            Math.Clamp((int)(best.Top + (best.Side - side) / 2.0 + y * side), 0, image.Height - side), side);

    // The parts' common area with the usual one over their joint area.
    private (Square Square, double Agreement) Best(RgbImage image, Square[] squares)
    {
        using IDisposable _ = no_grad();
        List<double> agreements = [];
        double mean = image.Pixels.Average(p => p), whole = Math.Sqrt(image.Pixels.Average(p => (p - mean) * (p - mean))) / 127.5 + 1e-3;
        foreach (Square[] batch in squares.Chunk(Batch))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor cut = ImageTensors.FromPictures([.. batch.Select(s => s.Cut(image, Size))]).to(usual.device);
            Tensor seen = parser.Logits(cut).softmax(1).narrow(1, 1, usual.shape[0]);
            // In a plain area a parser sees what it sees most often: squares count by how much there is to be seen.
            Tensor contrast = ((cut - cut.mean([1, 2, 3], keepdim: true)).pow(Constant(2)).mean([1, 2, 3]).sqrt() / Constant(whole)).clamp(Constant(0), Constant(1));
            Tensor agreement = contrast * minimum(seen, usual).sum([1, 2, 3]) / maximum(seen, usual).sum([1, 2, 3]);
            agreements.AddRange(agreement.cpu().data<float>().Select(a => (double)a));
        }
        int best = agreements.IndexOf(agreements.Max());
        return (squares[best], agreements[best]);
    }

    private int Size => parser.Config.ImageSize;
}

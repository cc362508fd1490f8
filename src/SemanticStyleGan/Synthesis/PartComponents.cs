using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>Takes one code apart (paper §4.1): its parts added one by one, each part by itself, the masks and the pseudo-depths.</summary>
/// <param name="synthesizer">Synthesises with parts switched off.</param>
public sealed class PartComponents(Synthesizer synthesizer)
{
    private SemanticModel Model => synthesizer.Model;

    /// <summary>Whether the model's parts have depths.</summary>
    public bool HasDepths => Model.Config.Architecture == GeneratorArchitecture.LocalGenerators;

    /// <summary>Composition masks <c>[K, K]</c>: row i has the parts 0 to i of <paramref name="order"/> on, so the last row has all.</summary>
    /// <param name="order">Every part once.</param>
    public Tensor OneByOne(IReadOnlyList<int> order)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor on = zeros(Model.Config.Parts, Model.Config.Parts);
        for (int row = 0; row < order.Count; row++)
            for (int i = 0; i <= row; i++) on[row, order[i]] = 1;
        return on.MoveToOuterDisposeScope();
    }

    /// <summary>Composition masks <c>[K, K]</c>: row k has the background and part k on.</summary>
    public Tensor OneAtATime()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor on = eye(Model.Config.Parts);
        on.select(1, 0).fill_(Constant(1));
        return on.MoveToOuterDisposeScope();
    }

    /// <summary>A code <c>[1, …]</c> under several composition masks <c>[M, K]</c>; each output is given to <paramref name="use"/> with its index.</summary>
    public void Compose(Tensor code, Tensor compositionMasks, Action<int, GeneratorOutput> use, CancellationToken stop = default)
    {
        Tensor masks = compositionMasks.to(Model.Generator.Device);
        synthesizer.Synthesize(code.expand([masks.shape[0], .. code.shape[1..]]), (first, batch) =>
        {
            for (int i = 0; i < batch.Image.shape[0]; i++)
                use(first + i, new(batch.Image.narrow(0, i, 1), batch.Mask.narrow(0, i, 1), batch.CoarseMask.narrow(0, i, 1), batch.Depths.narrow(0, i, 1)));
        }, (first, count) => new SynthesisInput { CompositionMask = masks.narrow(0, first, count) }, stop);
    }

    /// <summary>How opaque part k is in an output, one byte a pixel of the image: its coarse mask, which is soft, enlarged smoothly.</summary>
    public byte[] Opacity(GeneratorOutput output, int part)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor seen = (output.CoarseMask.narrow(1, part, 1) + Constant(1)) / Constant(2);
        Tensor large = nn.functional.interpolate(seen, [Model.Config.ImageSize, Model.Config.ImageSize], mode: InterpolationMode.Bilinear, align_corners: false);
        return [.. large.mul(Constant(255)).round().clamp(Constant(0), Constant(255)).to(ScalarType.Byte).cpu().contiguous().data<byte>()];
    }

    /// <summary>The depth maps of an output <c>[1, …]</c> as heat maps, part by part, on one scale from the smallest (blue) to the largest (red) depth.</summary>
    /// <exception cref="InputException">The model's parts have no depths.</exception>
    public IReadOnlyList<RgbImage> DepthMaps(GeneratorOutput output)
    {
        Model.Generator.WithLocalGenerators("pseudo-depths");
        using DisposeScope scope = NewDisposeScope();
        Tensor depths = output.Depths[0].to(ScalarType.Float64).cpu();
        double least = depths.min().item<double>(), range = Math.Max(1e-12, depths.max().item<double>() - least);
        ScottPlot.Colormaps.Turbo colors = new();
        int side = Model.Config.CoarseSize;
        return [.. Enumerable.Range(0, Model.Config.Parts).Select(part =>
        {
            RgbImage image = new(side, side);
            int at = 0;
            foreach (double depth in depths[part].contiguous().data<double>())
            {
                ScottPlot.Color color = colors.GetColor((depth - least) / range);
                (image.Pixels[at++], image.Pixels[at++], image.Pixels[at++]) = (color.R, color.G, color.B);
            }
            return image;
        })];
    }
}

using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>A grid of images and coloured masks of fixed latents, to see a run progress.</summary>
internal static class Preview
{
    private const int Count = 24;
    private const int PairsPerRow = 6;

    /// <summary>Writes the grid of a generator's first samples for a seed.</summary>
    internal static void Write(string path, CompositionalGenerator generator, SemanticLayout layout, long seed)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor z = randn([Count, generator.Config.StyleSize], generator: new Generator((ulong)seed)).to(generator.Device);
        List<RgbImage> images = [], masks = [];
        foreach (Tensor w in generator.Map(z).split(8))
        {
            GeneratorOutput output = generator.Synthesize(w);
            images.AddRange(ImageTensors.ToPictures(output.Image));
            masks.AddRange(MaskTensors.ToLabels(output.Mask).Select(m => MaskColors.Paint(m, layout)));
        }
        PngCodec.Write(path, ImageGrid.Pairs(images, masks, PairsPerRow));
    }
}

using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Whether reconstructions can be edited part by part: a part gets other samples' codes, and what changes is measured.</summary>
internal static class EditCheck
{
    private const int Batch = 8, Shown = 16;
    private const double Truncation = 0.7;

    /// <summary>The share of change inside the part, 0 to 1; writes the first pictures before and after, side by side.</summary>
    internal static double? Run(Synthesizer synthesizer, torch.Tensor codes, PartSelection selection, string file, int scale)
    {
        CompositionalGenerator generator = synthesizer.Model.Generator;
        EditLocality locality = new(synthesizer.Model.Layout.Count);
        int part = selection.Parts[0];
        List<RgbImage> shown = [];
        for (int first = 0; first < codes.shape[0]; first += Batch)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor own = codes.narrow(0, first, Math.Min(Batch, codes.shape[0] - first));
            torch.Tensor others = generator.Latents.Broadcast(synthesizer.Codes(1_000_000 + first, (int)own.shape[0], Truncation));
            GeneratorOutput before = generator.Synthesize(own), after = generator.Synthesize(selection.Replace(own, others));
            locality.Add(part, before.Image, after.Image, before.Mask.argmax(1), after.Mask.argmax(1));
            if (shown.Count < 2 * Shown) shown.AddRange(ImageTensors.ToPictures(before.Image).Zip(ImageTensors.ToPictures(after.Image), (a, b) => new[] { a, b }).SelectMany(p => p));
        }
        PngCodec.Write(file, ImageGrid.Compose(shown, 8, scale: scale));
        return locality.Of(part);
    }
}

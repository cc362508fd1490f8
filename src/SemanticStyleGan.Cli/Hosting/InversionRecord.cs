using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Collects what <c>invert</c> shows: a contact sheet of reconstructions as they improve, an animation of the first batch, the final pictures, their quality.</summary>
internal sealed class InversionRecord(ResultFolder folder, InversionConfig config, AnimationOutput animation)
{
    private const int SheetRows = 32, AnimationColumns = 8, Frames = 50;
    private readonly int[] shown = ShownSteps(config);
    private readonly List<RgbImage[]> sheet = [];
    private readonly List<double[]> curves = []; // of each picture
    private IReadOnlyList<Picture> results = [];

    /// <summary>The names of finished pictures.</summary>
    internal List<string> Names { get; } = [];

    /// <summary>Mean IoU of the reconstruction's mask with the picture's; null where it has none.</summary>
    internal List<double?> Agreement { get; } = [];

    /// <summary>PSNR in decibel of each step (the start first) and picture.</summary>
    internal IReadOnlyList<double[]> Quality => [.. Enumerable.Range(0, curves[0].Length).Select(step => curves.Select(c => c[step]).ToArray())];

    /// <summary>Watches a batch: gives what <see cref="PictureInversion"/> calls at each step.</summary>
    internal Action<InversionStep> Watch(IReadOnlyList<TargetPicture> targets)
    {
        int first = Names.Count;
        while (sheet.Count < Math.Min(SheetRows, first + targets.Count)) sheet.Add([targets[sheet.Count - first].Image]);
        int total = config.Steps + config.TuneSteps;
        return step =>
        {
            if (step.Step == total) results = [.. ImageTensors.ToPictures(step.Output.Image).Zip(MaskTensors.ToLabels(step.Output.Mask), (image, labels) => new Picture(image, labels))];
            bool inSheet = shown.Contains(step.Step) && first < sheet.Count, inAnimation = first == 0 && (step.Step == total || step.Step % Math.Max(1, total / Frames) == 0);
            if (!inSheet && !inAnimation) return;
            RgbImage[] images = ImageTensors.ToPictures(step.Output.Image);
            if (inSheet)
                for (int i = first; i < sheet.Count && i - first < images.Length; i++) sheet[i] = [.. sheet[i], images[i - first]];
            if (inAnimation)
            {
                RgbImage[] masks = [.. MaskTensors.ToLabels(step.Output.Mask).Select(folder.Colored)];
                int columns = Math.Min(AnimationColumns, images.Length);
                animation.Add(ImageGrid.Compose([.. targets.Take(columns).Select(t => t.Image), .. images.Take(columns), .. masks.Take(columns)], columns, scale: folder.Scale));
            }
        };
    }

    /// <summary>Takes a finished batch over and writes its pictures.</summary>
    internal void Add(IReadOnlyList<TargetPicture> targets, InversionResult result)
    {
        for (int i = 0; i < targets.Count; i++)
        {
            int index = Names.Count;
            folder.WritePicture(index, results[i]);
            PngCodec.Write(folder.File("targets", $"{index:D6}.png"), targets[i].Image);
            if (index < sheet.Count) sheet[index] = [.. sheet[index], folder.Colored(results[i].Labels)];
            curves.Add([.. result.PeakSignalToNoise.Select(q => q[i])]);
            Agreement.Add(targets[i].Labels is { } wanted ? MaskPainting.Agreement(wanted, results[i].Labels) : null);
            Names.Add(targets[i].Name);
        }
    }

    /// <summary>Writes contact sheet, animation and curves.</summary>
    internal void Write()
    {
        PngCodec.Write(folder.File("grid.png"), ImageGrid.Compose([.. sheet.Take(Names.Count).SelectMany(row => row)], sheet[0].Length, scale: folder.Scale));
        animation.Finish();
        QualityChart.WriteTable(folder.File("psnr.csv"), Names, Quality);
        QualityChart.Write(folder.File("psnr.png"), Quality);
    }

    // The start, four times on the way, the codes' end and the end of tuning.
    private static int[] ShownSteps(InversionConfig config) =>
        [.. new[] { 0, config.Steps / 40, config.Steps / 10, config.Steps / 4, config.Steps, config.Steps + config.TuneSteps }.Distinct()];
}

using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>mix</c>: parts of samples into other samples.</summary>
internal static class MixCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("mix");
    private static readonly Option<string[]> From = EditOptions.Codes("--from", "Where the parts come from, one or more");
    private static readonly Option<string[]> Into = EditOptions.Codes("--into", "What they are put into, one or more");
    private static readonly Option<string> Parts = EditOptions.Parts(), What = EditOptions.What();
    private static readonly Option<double> Truncation = EditOptions.Truncation();

    public static Command Create() => new Command("mix", "Put parts of some samples into others; several give a matrix (rows: --into, columns: --from).")
    {
        Model, Out, From, Into, Parts, What, Truncation,
    }.Runs(Run).WithExamples(
        "semantic-stylegan mix --from seed:3 --into seed:8 --parts hair,eye --what both",
        "semantic-stylegan mix --from seed:1 seed:2 seed:3 --into seed:4 seed:5 --parts hair --what texture --out out/hair-colours");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        double truncation = parsed.GetValue(Truncation);
        torch.Tensor sources = CodeSpec.Resolve(parsed.GetValue(From)!, synthesizer, truncation), targets = CodeSpec.Resolve(parsed.GetValue(Into)!, synthesizer, truncation);
        torch.Tensor mixed = PartMixing.Matrix(targets, sources, selection);
        IReadOnlyList<Picture> all = ProgressDisplay.Run("mixing", progress => synthesizer.Pictures(torch.cat([mixed, targets, sources]), progress, stop));
        int count = (int)mixed.shape[0], rows = (int)targets.shape[0];

        folder.WritePictures([.. all.Take(count)]);
        PngCodec.Write(folder.File("grid.png"), Table([.. all.Take(count)], [.. all.Skip(count).Take(rows)], [.. all.Skip(count + rows)], p => p.Image, folder.Scale));
        PngCodec.Write(folder.File("grid_masks.png"), Table([.. all.Take(count)], [.. all.Skip(count).Take(rows)], [.. all.Skip(count + rows)], p => folder.Colored(p.Labels), folder.Scale));
        folder.Finish(parsed, mixed);
        Console.WriteLine($"{folder.File()}: {count} mixed images; see {folder.File("grid.png")} (first row: sources, first column: targets)");
    });

    private static RgbImage Table(Picture[] mixed, Picture[] targets, Picture[] sources, Func<Picture, RgbImage> show, int scale)
    {
        RgbImage corner = new(mixed[0].Image.Width, mixed[0].Image.Height);
        corner.Pixels.AsSpan().Fill(255);
        List<RgbImage> cells = [corner, .. sources.Select(show)];
        for (int row = 0; row < targets.Length; row++)
            cells.AddRange([show(targets[row]), .. mixed.Skip(row * sources.Length).Take(sources.Length).Select(show)]);
        return ImageGrid.Compose(cells, sources.Length + 1, scale: scale);
    }
}

using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>components</c>: a picture taken apart.</summary>
internal static class ComponentsCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("components"), Code = EditOptions.Code("--code", "The sample that is taken apart");
    private static readonly Option<string?> Order = new("--order") { Description = "The order in which parts are added, with commas; the others follow. By default the layout's, the background first.", HelpName = "PARTS" };
    private static readonly Option<double> Truncation = EditOptions.Truncation();

    public static Command Create() => new Command("components", "Show a sample's parts: added one by one, each alone on a transparent ground, masks and pseudo-depths.")
    {
        Model, Out, Code, Order, Truncation,
    }.Runs(Run).WithExamples("semantic-stylegan components --code seed:5 --order background,face,hair");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        SemanticLayout layout = synthesizer.Model.Layout;
        torch.Tensor code = CodeSpec.Resolve(parsed.GetValue(Code)!, synthesizer, parsed.GetValue(Truncation));
        int[] order = ReadOrder(parsed.GetValue(Order), layout);
        PartComponents components = new(synthesizer);
        List<Picture> added = [];
        ProgressDisplay.Run("taking apart", progress =>
        {
            components.Compose(code, components.OneByOne(order), (i, output) =>
            {
                Picture picture = new(ImageTensors.ToPictures(output.Image)[0], MaskTensors.ToLabels(output.Mask)[0]);
                added.Add(picture);
                PngCodec.Write(folder.File("added", $"{i:D2}_{layout.Classes[order[i]].Name}.png"), picture.Image);
                if (i == order.Length - 1) WriteWhole(folder, components, output, picture, layout);
                progress.Report(new WorkProgress("adding parts", i + 1, order.Length));
            }, stop);
            components.Compose(code, components.OneAtATime(), (part, output) =>
            {
                byte[] png = PngCodec.EncodeTransparent(ImageTensors.ToPictures(output.Image)[0], components.Opacity(output, part));
                AtomicFile.WriteBytes(folder.File("alone", $"{layout.Classes[part].Name}.png"), png);
                progress.Report(new WorkProgress("single parts", part + 1, order.Length));
            }, stop);
        });
        string grid = folder.WriteGrid(added, perRow: 5);
        folder.Finish(parsed, code);
        string depths = components.HasDepths ? "depths.png" : "no depths (architecture mask-style has none)";
        Console.WriteLine($"{folder.File()}: added/, alone/, mask.png, coarse_mask.png, {depths}; see {grid}");
    });

    private static void WriteWhole(ResultFolder folder, PartComponents components, GeneratorOutput output, Picture picture, SemanticLayout layout)
    {
        folder.WritePicture(0, picture);
        PngCodec.Write(folder.File("mask.png"), folder.Colored(picture.Labels));
        PngCodec.Write(folder.File("coarse_mask.png"), folder.Colored(MaskTensors.ToLabels(output.CoarseMask)[0]));
        if (!components.HasDepths) return;
        IReadOnlyList<RgbImage> depths = components.DepthMaps(output);
        for (int part = 0; part < depths.Count; part++) PngCodec.Write(folder.File("depths", $"{layout.Classes[part].Name}.png"), depths[part]);
        PngCodec.Write(folder.File("depths.png"), ImageGrid.Compose(depths, 7, scale: 2 * folder.Scale));
    }

    private static int[] ReadOrder(string? text, SemanticLayout layout)
    {
        int[] first = [.. text?.Split(',', StringSplitOptions.TrimEntries).Select(layout.IndexOf) ?? []];
        return [.. first.Concat(Enumerable.Range(0, layout.Count)).Distinct()];
    }
}

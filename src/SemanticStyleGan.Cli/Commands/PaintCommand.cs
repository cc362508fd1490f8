using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>paint</c>: makes a sample's mask follow a painted one.</summary>
internal static class PaintCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("paint"), Code = EditOptions.Code("--code", "The sample that is changed");
    private static readonly Option<string> Mask = new("--mask") { Description = "The painted mask: a PNG of class indices, or a picture in the layout's colours (as in masks/).", HelpName = "FILE", Required = true };
    private static readonly Option<string> Parts = EditOptions.Parts("all"), What = CommonOptions.Choice("--what", "Which codes of the parts may change.", "shape", "shape", "both");
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "Steps of the optimiser.", 200, 1, 100_000);
    private static readonly Option<double> Truncation = EditOptions.Truncation();

    public static Command Create() => new Command("paint", "Find shapes that follow a painted mask; textures are kept. With --parts only those parts are fitted, and only where they lie counts.")
    {
        Model, Out, Code, Mask, Parts, What, Steps, Truncation,
    }.Runs(Run).WithExamples(
        "semantic-stylegan paint --code seed:5 --mask painted.png",
        "semantic-stylegan paint --code seed:5 --mask painted.png --parts hair");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        LabelMap wanted = PaintedMask.Read(parsed.GetValue(Mask)!, synthesizer.Model.Layout, synthesizer.Model.Config.ImageSize);
        torch.Tensor code = CodeSpec.Resolve(parsed.GetValue(Code)!, synthesizer, parsed.GetValue(Truncation));
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        torch.Tensor fitted = ProgressDisplay.Run("painting", progress => new MaskPainting(synthesizer.Model).Fit(code, wanted, selection, parsed.GetValue(Steps), progress, stop: stop));
        Picture before = synthesizer.Pictures(code)[0], after = synthesizer.Pictures(fitted)[0];
        double was = MaskPainting.Agreement(wanted, before.Labels, selection.Parts.ToHashSet()), became = MaskPainting.Agreement(wanted, after.Labels, selection.Parts.ToHashSet());

        folder.WritePicture(0, after);
        PngCodec.Write(folder.File("grid.png"), ImageGrid.Compose(
            [folder.Colored(wanted), before.Image, folder.Colored(before.Labels), after.Image, folder.Colored(after.Labels)], 5, scale: folder.Scale));
        folder.Finish(parsed, fitted, new JsonObject { ["agreementBefore"] = was, ["agreementAfter"] = became });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder.File("grid.png")}: wanted, before, after; mean IoU of the painted parts {was:0.000} before, {became:0.000} after"));
    });
}

using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>interpolate</c>: a smooth walk through codes, in all slots or in chosen ones.</summary>
internal static class InterpolateCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("interpolate");
    private static readonly Option<string[]> Codes = EditOptions.Codes("--codes", "Two or more codes that the walk passes");
    private static readonly Option<string> Parts = EditOptions.Parts("all"), What = EditOptions.What();
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "Frames from the first to the last code.", 60, 2, 100_000);
    private static readonly Option<bool> Loop = new("--loop") { Description = "End where it began." };
    private static readonly Option<double> FramesPerSecond = AnimationOutput.FramesPerSecond(), Truncation = EditOptions.Truncation();
    private static readonly Option<bool> Frames = AnimationOutput.Frames();

    public static Command Create() => new Command("interpolate", "Walk smoothly through several codes; slots that are not chosen stay at the first code.")
    {
        Model, Out, Codes, Parts, What, Steps, Loop, FramesPerSecond, Frames, Truncation,
    }.Runs(Run).WithExamples(
        "semantic-stylegan interpolate --codes seed:1 seed:2 seed:3 --loop --steps 90",
        "semantic-stylegan interpolate --codes seed:1 seed:2 --parts hair --what shape --out out/hair-walk");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        torch.Tensor knots = CodeSpec.Resolve(parsed.GetValue(Codes)!, synthesizer, parsed.GetValue(Truncation));
        if (knots.shape[0] < 2) throw new InputException("--codes: one code, expected at least two.");
        if (parsed.GetValue(Loop)) knots = torch.cat([knots, knots.narrow(0, 0, 1)]);
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        torch.Tensor walk = selection.Replace(knots.narrow(0, 0, 1), CubicSpline.Sample(knots, parsed.GetValue(Steps)));

        using AnimationOutput animation = new(folder, parsed.GetValue(FramesPerSecond), parsed.GetValue(Frames));
        ProgressDisplay.Run("interpolating", progress => synthesizer.Pictures(walk, animation.Add, progress, stop: stop));
        string written = animation.Finish();
        folder.Finish(parsed, walk);
        Console.WriteLine(written);
    });
}

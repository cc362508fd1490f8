using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>edit</c>: moves codes along saved directions.</summary>
internal static class EditCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("edit");
    private static readonly Option<string[]> Codes = EditOptions.Codes("--codes", "The samples that are changed");
    private static readonly Option<string[]> Directions = new("--direction", "-d") { Description = "A direction's file and how far to go, for example directions/hair-length:+2; may be repeated.", HelpName = "FILE:STRENGTH", Required = true, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Parts = EditOptions.Parts("all"), What = EditOptions.What();
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "More than 1: also an animation of the first sample with so many frames from unchanged to changed.", 1, 1, 10_000);
    private static readonly Option<double> FramesPerSecond = AnimationOutput.FramesPerSecond(), Truncation = EditOptions.Truncation();

    public static Command Create() => new Command("edit", "Move samples along directions that 'directions' found, all of them together; only the chosen parts change.")
    {
        Model, Out, Codes, Directions, Parts, What, Steps, FramesPerSecond, Truncation,
    }.Runs(Run).WithExamples("semantic-stylegan edit --codes seed:1 seed:2 --direction directions/hair-length:+2 --parts hair");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        torch.Tensor codes = CodeSpec.Resolve(parsed.GetValue(Codes)!, synthesizer, parsed.GetValue(Truncation)), edited = codes;
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        foreach (string use in parsed.GetValue(Directions)!)
        {
            (string file, double strength) = Direction.ParseUse(use);
            edited = Direction.Load(file, synthesizer.Model).Apply(edited, strength);
        }
        edited = selection.Replace(codes, edited);
        IReadOnlyList<Picture> before = synthesizer.Pictures(codes, stop: stop), after = ProgressDisplay.Run("editing", progress => synthesizer.Pictures(edited, progress, stop));

        folder.WritePictures(after);
        string grid = folder.WriteGrid([.. before.Zip(after).SelectMany(p => new[] { p.First, p.Second })], perRow: 2), note = "";
        if (parsed.GetValue(Steps) is > 1 and int steps)
        {
            using AnimationOutput animation = new(folder, parsed.GetValue(FramesPerSecond), frames: false);
            torch.Tensor walk = CubicSpline.Sample(torch.cat([codes.narrow(0, 0, 1), edited.narrow(0, 0, 1)]), steps);
            synthesizer.Pictures(walk, animation.Add, stop: stop);
            note = $"; {animation.Finish()}";
        }
        folder.Finish(parsed, edited);
        Console.WriteLine($"{grid}: before and after{note}");
    });
}

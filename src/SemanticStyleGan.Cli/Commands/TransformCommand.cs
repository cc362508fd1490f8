using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>transform</c>: chosen parts shifted, scaled and turned through their coordinates.</summary>
internal static class TransformCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("transform"), Code = EditOptions.Code("--code", "The sample that is changed");
    private static readonly Option<string> Parts = new("--parts", "--part", "-p") { Description = "Parts that are moved together, with commas.", HelpName = "PARTS", Required = true };
    private static readonly Option<string> Shift = new("--shift") { Description = "Shift X,Y to the right and downwards, as shares of the image's side.", HelpName = "X,Y", DefaultValueFactory = _ => "0,0" };
    private static readonly Option<bool> Exact = new("--exact") { Description = "Shift the part's own depths by exactly --shift; otherwise so that what is seen of it moves by that much." };
    private static readonly Option<double> Scale = CommonOptions.Number("--scale", "How much larger the parts become.", 1, 0.01, 100);
    private static readonly Option<double> Rotate = CommonOptions.Number("--rotate", "Turn clockwise, in degrees.", 0, -3600, 3600);
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "More than 1: also an animation with so many frames from unchanged to changed, and back.", 1, 1, 10_000);
    private static readonly Option<double> FramesPerSecond = AnimationOutput.FramesPerSecond(), Truncation = EditOptions.Truncation();
    private static readonly Option<bool> Frames = AnimationOutput.Frames();

    public static Command Create() => new Command("transform", "Move, scale and rotate chosen parts, each about its own middle.")
    {
        Model, Out, Code, Parts, Shift, Exact, Scale, Rotate, Steps, FramesPerSecond, Frames, Truncation,
    }.Runs(Run).WithExamples(
        "semantic-stylegan transform --code seed:5 --part nose --shift 0.1,0 --scale 1.2 --rotate 5",
        "semantic-stylegan transform --code seed:5 --parts hair --scale 1.3 --steps 20");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        torch.Tensor code = CodeSpec.Resolve(parsed.GetValue(Code)!, synthesizer, parsed.GetValue(Truncation));
        (double x, double y) = ReadShift(parsed.GetValue(Shift)!);
        PartTransform whole = new(x, y, parsed.GetValue(Scale), parsed.GetValue(Rotate));
        int[] parts = [.. parsed.GetValue(Parts)!.Split(',', StringSplitOptions.TrimEntries).Select(synthesizer.Model.Layout.IndexOf).Distinct()];
        PartMover mover = new(synthesizer, code, parts);
        if (!parsed.GetValue(Exact)) whole = mover.Aim(whole);

        IReadOnlyList<Picture> stills = mover.Pictures([PartTransform.None, whole], null, stop);
        folder.WritePicture(0, stills[1]);
        string grid = folder.WriteGrid(stills, perRow: 2), note = "";
        int steps = parsed.GetValue(Steps);
        if (steps > 1)
        {
            using AnimationOutput animation = new(folder, parsed.GetValue(FramesPerSecond), parsed.GetValue(Frames));
            PartTransform[] there = [.. Enumerable.Range(0, steps).Select(i => whole.At((double)i / (steps - 1)))];
            IReadOnlyList<Picture> frames = ProgressDisplay.Run("moving", progress => mover.Pictures(there, progress, stop));
            foreach (Picture frame in frames.Concat(frames.Reverse().Skip(1).SkipLast(1))) animation.Add(frame);
            note = $"; {animation.Finish()}";
        }
        folder.Finish(parsed, code, new JsonObject { ["coordinatesShift"] = new JsonArray(whole.ShiftX, whole.ShiftY) });
        Console.WriteLine($"{grid}: before and after{note}");
    });

    private static (double X, double Y) ReadShift(string text)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (text.Split(',') is [string a, string b] && double.TryParse(a, style, CultureInfo.InvariantCulture, out double x)
            && double.TryParse(b, style, CultureInfo.InvariantCulture, out double y) && Math.Abs(x) <= 10 && Math.Abs(y) <= 10) return (x, y);
        throw new InputException($"--shift: '{text}', expected X,Y with numbers from -10 to 10, for example 0.1,0.");
    }
}

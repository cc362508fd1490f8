using System.CommandLine;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>edit</c>: moves codes along saved directions, or towards a text.</summary>
internal static class EditCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("edit");
    private static readonly Option<string[]> Codes = EditOptions.Codes("--codes", "The samples that are changed");
    private static readonly Option<string[]> Directions = new("--direction", "-d") { Description = "A direction's file and how far to go, for example directions/hair-length:+2; may be repeated.", HelpName = "FILE:STRENGTH", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> Text = new("--text", "-t") { Description = "What the pictures should show, for example \"curly hair\"; needs the three --clip files.", HelpName = "TEXT" };
    private static readonly Option<string?> ClipImage = ClipFile("--clip-image", "TorchScript file of CLIP's picture encoder"), ClipText = ClipFile("--clip-text", "TorchScript file of CLIP's text encoder"), ClipVocabulary = ClipFile("--clip-vocabulary", "CLIP's list of merges: merges.txt or bpe_simple_vocab_16e6.txt.gz");
    private static readonly Option<int> ClipSize = CommonOptions.Integer("--clip-size", "Side of the pictures that CLIP's picture encoder takes.", 224, 1, 4096), TextSteps = CommonOptions.Integer("--text-steps", "Steps of the optimiser that follows the text.", 100, 1, 100_000);
    private static readonly Option<double> Stay = CommonOptions.Number("--stay", "How strongly a text edit is held to the start.", 0.02, 0, 1000);
    private static readonly Option<string> Parts = EditOptions.Parts("all"), What = EditOptions.What();
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "More than 1: also an animation of the first sample with so many frames from unchanged to changed.", 1, 1, 10_000);
    private static readonly Option<double> FramesPerSecond = AnimationOutput.FramesPerSecond(), Truncation = EditOptions.Truncation();

    public static Command Create() => new Command("edit", "Move samples along directions that 'directions' found, all of them together, or towards a text; only the chosen parts change.")
    {
        Model, Out, Codes, Directions, Text, ClipImage, ClipText, ClipVocabulary, ClipSize, TextSteps, Stay, Parts, What, Steps, FramesPerSecond, Truncation,
    }.Runs(Run).WithExamples(
        "semantic-stylegan edit --codes seed:1 seed:2 --direction directions/hair-length:+2 --parts hair",
        "semantic-stylegan edit --codes seed:1 --text \"curly hair\" --parts hair --clip-image clip-image.pt --clip-text clip-text.pt --clip-vocabulary merges.txt");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        if (parsed.GetValue(Directions) is { Length: > 0 } == parsed.GetValue(Text) is not null)
            throw new InputException("edit: expected either --direction FILE:STRENGTH or --text TEXT.");
        torch.Tensor codes = CodeSpec.Resolve(parsed.GetValue(Codes)!, synthesizer, parsed.GetValue(Truncation));
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        JsonObject results = [];
        torch.Tensor edited = parsed.GetValue(Text) is { } text
            ? FollowText(parsed, synthesizer.Model, codes, text, selection, results, stop)
            : selection.Replace(codes, FollowDirections(parsed, synthesizer.Model, codes));
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
        folder.Finish(parsed, edited, results);
        Console.WriteLine($"{grid}: before and after{note}");
    });

    private static torch.Tensor FollowDirections(ParseResult parsed, SemanticModel model, torch.Tensor codes) =>
        parsed.GetValue(Directions)!.Select(Direction.ParseUse).Aggregate(codes, (edited, use) => Direction.Load(use.File, model).Apply(edited, use.Strength));

    private static torch.Tensor FollowText(ParseResult parsed, SemanticModel model, torch.Tensor codes, string text, PartSelection selection, JsonObject results, CancellationToken stop)
    {
        using ClipPair clip = new(Given(parsed, ClipImage), Given(parsed, ClipText), Given(parsed, ClipVocabulary), parsed.GetValue(ClipSize), model.Generator.Device);
        TextGuidance guidance = new(model, clip) { Stay = parsed.GetValue(Stay) };
        torch.Tensor edited = ProgressDisplay.Run("editing", progress => guidance.Fit(codes, text, selection, parsed.GetValue(TextSteps), progress, stop));
        JsonArray Similarity(torch.Tensor of) => [.. guidance.Similarity(model.Generator.Synthesize(of).Image, text).cpu().data<float>().Select(v => (JsonNode)v)];
        (results["similarityBefore"], results["similarityAfter"]) = (Similarity(codes), Similarity(edited));
        return edited;
    }

    private static Option<string?> ClipFile(string name, string description) => new(name) { Description = $"{description}.", HelpName = "FILE" };

    private static string Given(ParseResult parsed, Option<string?> file) => parsed.GetValue(file) ?? throw new InputException($"edit: --text needs {file.Name} FILE.");
}

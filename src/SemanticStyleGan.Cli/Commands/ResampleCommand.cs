using System.CommandLine;
using System.Globalization;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>resample</c>: new shapes or textures of chosen parts.</summary>
internal static class ResampleCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("resample");
    private static readonly Option<string> Code = EditOptions.Code("--code", "The sample that is changed"), Parts = EditOptions.Parts(), What = EditOptions.What();
    private static readonly Option<int> Count = CommonOptions.Integer("--count", "How many variants.", 7, 1, 100_000);
    private static readonly Option<long> Seed = CommonOptions.Integer("--seed", "Seed of the first variant; the next ones have the next seeds.", 1000L, 0L, long.MaxValue / 2);
    private static readonly Option<double> Truncation = EditOptions.Truncation();
    private static readonly Option<string?> PartTruncation = new("--part-truncation") { Description = "Another truncation for some parts, for example hair=1,eye=0.5.", HelpName = "PART=X,…" };

    public static Command Create() => new Command("resample", "Give chosen parts new shapes or textures; all else is held.")
    {
        Model, Out, Code, Parts, What, Count, Seed, Truncation, PartTruncation,
    }.Runs(Run).WithExamples("semantic-stylegan resample --code seed:5 --parts hair --what shape --count 7 --part-truncation hair=1");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        torch.Tensor code = CodeSpec.Resolve(parsed.GetValue(Code)!, synthesizer, parsed.GetValue(Truncation));
        PartSelection selection = EditOptions.Selection(parsed, Parts, What, synthesizer.Model);
        torch.Tensor variants = new PartResampling(synthesizer).Variants(
            code, selection, parsed.GetValue(Seed), parsed.GetValue(Count), parsed.GetValue(Truncation), Truncations(parsed.GetValue(PartTruncation), synthesizer.Model.Layout));
        IReadOnlyList<Picture> all = ProgressDisplay.Run("resampling", progress => synthesizer.Pictures(torch.cat([variants, code]), progress, stop));

        folder.WritePictures([.. all.SkipLast(1)]);
        string grid = folder.WriteGrid([all[^1], .. all.SkipLast(1)], perRow: 4);
        folder.Finish(parsed, variants);
        Console.WriteLine($"{folder.File()}: {all.Count - 1} variants; see {grid} (first: the original)");
    });

    private static Dictionary<int, double> Truncations(string? text, SemanticLayout layout)
    {
        Dictionary<int, double> byPart = [];
        foreach (string item in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (item.Split('=') is not [string part, string number] || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) || value > 2)
                throw new InputException($"--part-truncation: '{item}', expected PART=X with X from 0 to 2.");
            byPart[layout.IndexOf(part)] = value;
        }
        return byPart;
    }
}

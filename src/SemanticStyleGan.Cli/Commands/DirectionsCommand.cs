using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>directions</c>: finds ways to move codes, by statistics, from the weights, or from scores.</summary>
internal static class DirectionsCommand
{
    private static readonly double[] Shown = [-3, -1.5, 0, 1.5, 3];

    public static Command Create() => new("directions", "Find editing directions and save them as files for 'edit'.")
    {
        CreatePrincipal(), CreateFactorized(), CreateFit(),
    };

    private static Command CreatePrincipal()
    {
        Common common = new("Parts that move.", "all");
        Option<int> count = CommonOptions.Integer("--count", "How many directions.", 5, 1, 1000);
        Option<long> seed = CommonOptions.Seed();
        Command command = new("pca", "Where codes vary most: principal components of w, applied to the chosen parts.") { count, seed };
        return common.AddTo(command, (parsed, synthesizer, selection, _, _) =>
            PrincipalDirections.Find(synthesizer, selection, "pca-" + parsed.GetValue(common.Parts)!.Replace(',', '-').Replace('.', '-'), parsed.GetValue(count), parsed.GetValue(seed)))
            .WithExamples("semantic-stylegan directions pca --parts hair --count 5 --out directions");
    }

    private static Command CreateFactorized()
    {
        Common common = new("Parts whose slots are taken one by one.", "all");
        Option<int> count = CommonOptions.Integer("--count", "How many directions a slot.", 3, 1, 1000);
        Command command = new("factorize", "What the weights react to most: closed-form factorisation of each chosen slot's affine layers.") { count };
        return common.AddTo(command, (parsed, synthesizer, selection, _, _) =>
            [.. selection.Slots.SelectMany(slot => FactorizedDirections.Find(synthesizer.Model, slot, parsed.GetValue(count)))])
            .WithExamples("semantic-stylegan directions factorize --parts hair,face --what shape --count 3 --out directions");
    }

    private static Command CreateFit()
    {
        Common common = new("Parts that move.", "all");
        Option<string?> measure = new("--measure") { Description = $"Score generated pictures by PART:KIND, KIND one of {string.Join(", ", PictureMeasure.Kinds)}.", HelpName = "PART:KIND" };
        Option<string?> scores = new("--scores") { Description = "Take scores from a CSV file instead: a line 'seed,score', then one line a picture.", HelpName = "FILE" };
        Option<string?> name = new("--name") { Description = "The direction's name; by default the measure's or the file's.", HelpName = "NAME" };
        Option<int> samples = CommonOptions.Integer("--samples", "How many pictures are measured.", 2000, 50, 1_000_000);
        Option<long> seed = CommonOptions.Integer("--seed", "Seed of the first picture that is measured.", 0L, 0L, long.MaxValue / 2);
        Command command = new("fit", "From scores: a linear fit, tested on a fifth that is held out.") { measure, scores, name, samples, seed };
        return common.AddTo(command, (parsed, synthesizer, selection, progress, stop) =>
        {
            (string? kind, string? file) = (parsed.GetValue(measure), parsed.GetValue(scores));
            if (kind is null == file is null) throw new InputException("expected either --measure PART:KIND or --scores FILE.");
            string called = parsed.GetValue(name) ?? kind?.Replace(':', '-') ?? Path.GetFileNameWithoutExtension(file!);
            if (called != Path.GetFileName(called)) throw new InputException($"--name: '{called}', expected a name without folders.");
            (torch.Tensor codes, double[] values) = kind is not null
                ? Measure(synthesizer, PictureMeasure.Parse(kind, synthesizer.Model.Layout), parsed.GetValue(seed), parsed.GetValue(samples), progress, stop)
                : Read(synthesizer, file!);
            return [DirectionFit.Fit(codes, values, selection, called, synthesizer.Model)];
        }).WithExamples(
            "semantic-stylegan directions fit --measure hair:area --name hair-length --parts hair --what shape --out directions",
            "semantic-stylegan directions fit --scores smiles.csv --parts mouth --out directions");
    }

    private static (torch.Tensor, double[]) Measure(Synthesizer synthesizer, PictureMeasure measure, long seed, int count, IProgress<Runtime.WorkProgress> progress, CancellationToken stop)
    {
        torch.Tensor codes = synthesizer.Codes(seed, count);
        List<double> values = [];
        synthesizer.Pictures(codes, picture => values.Add(measure.Of(picture)), progress, stop: stop);
        return (codes, [.. values]);
    }

    private static (torch.Tensor, double[]) Read(Synthesizer synthesizer, string file)
    {
        if (!File.Exists(file)) throw new InputException($"{file}: no such file, expected a CSV of scores.");
        List<torch.Tensor> codes = [];
        List<double> values = [];
        string[] lines = File.ReadAllLines(file);
        if (lines is not [var head, ..] || !head.StartsWith("seed,", StringComparison.Ordinal)) throw new InputException($"{file}: line 1, expected 'seed,score'.");
        for (int i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            if (lines[i].Split(',') is not [string s, string v] || !long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out long seed) || !double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                throw new InputException($"{file}: line {i + 1}: '{lines[i]}', expected a seed and a number.");
            codes.Add(synthesizer.Codes(seed, 1));
            values.Add(value);
        }
        return codes.Count == 0 ? throw new InputException($"{file}: no scores.") : (torch.cat(codes), [.. values]);
    }

    /// <summary>The options that all ways have, the saving, and the picture that shows what was found.</summary>
    private sealed class Common(string partsDescription, string standardParts)
    {
        private readonly Option<string?> model = CommonOptions.OptionalModel();
        private readonly Option<string> folder = ResultFolder.Option("directions"), what = EditOptions.What();
        private readonly Option<string> show = new("--show") { Description = $"The sample that directions.png shows them with: {CodeSpec.Description}.", HelpName = "CODE", DefaultValueFactory = _ => "seed:0@0.7" };

        internal Option<string> Parts { get; } = Described(EditOptions.Parts(standardParts), partsDescription);

        internal Command AddTo(Command command, Func<ParseResult, Synthesizer, PartSelection, IProgress<Runtime.WorkProgress>, CancellationToken, IReadOnlyList<Direction>> find)
        {
            foreach (Option option in new Option[] { model, folder, Parts, what, show }) command.Add(option);
            return command.Runs((parsed, stop) => EditOptions.WithModel(parsed, model, folder, (synthesizer, results) =>
            {
                torch.Tensor code = CodeSpec.Resolve(parsed.GetValue(show)!, synthesizer, 0.7);
                PartSelection selection = EditOptions.Selection(parsed, Parts, what, synthesizer.Model);
                IReadOnlyList<Direction> found = ProgressDisplay.Run("measuring", progress => find(parsed, synthesizer, selection, progress, stop));
                torch.Tensor shown = torch.cat([.. found.SelectMany(d => Shown.Select(strength => d.Apply(code, strength)))]);
                IReadOnlyList<Picture> pictures = ProgressDisplay.Run("showing", progress => synthesizer.Pictures(shown, progress, stop));
                JsonObject about = [];
                foreach (Direction direction in found)
                {
                    direction.Save(results.File(), synthesizer.Model);
                    about[direction.Name] = new JsonObject(direction.About.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
                    Console.WriteLine($"{direction.Name}: {string.Join(", ", direction.About.Select(a => $"{a.Key} {a.Value}"))}");
                }
                PngCodec.Write(results.File("directions.png"), ImageGrid.Pairs([.. pictures.Select(p => p.Image)], [.. pictures.Select(p => results.Colored(p.Labels))], Shown.Length, scale: results.Scale));
                results.Finish(parsed, shown, about);
                Console.WriteLine($"{results.File()}: {found.Count} directions; {results.File("directions.png")} shows strengths {string.Join(", ", Shown.Select(s => s.ToString(CultureInfo.InvariantCulture)))}, a row each");
            }));
        }

        private static Option<string> Described(Option<string> option, string first)
        {
            option.Description = $"{first} {option.Description}";
            return option;
        }
    }
}

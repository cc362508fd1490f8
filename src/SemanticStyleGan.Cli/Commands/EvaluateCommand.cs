using System.CommandLine;
using System.Globalization;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>evaluate</c>: measures a model against data and writes a report.</summary>
internal static class EvaluateCommand
{
    // Faces that no training sees by default: 'train --data synthetic' draws with seed 0.
    private const int HeldOutSeed = 2_026;
    private static readonly Dictionary<string, Measure> Names = new()
    {
        ["swd"] = Measure.SlicedWasserstein,
        ["rates"] = Measure.ClassRates,
        ["frechet"] = Measure.Frechet,
        ["kernel"] = Measure.Kernel,
        ["precision-recall"] = Measure.PrecisionRecall,
        ["inception-score"] = Measure.InceptionScore,
        ["agreement"] = Measure.Agreement,
        ["locality"] = Measure.Locality,
        ["composition"] = Measure.Composition,
        ["path-length"] = Measure.PathLength,
        ["diversity"] = Measure.Diversity,
        ["mask-diversity"] = Measure.MaskDiversity,
        ["identity"] = Measure.Identity,
    };

    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Data = new("--data", "-d") { Description = DatasetSources.SpecDescription + "; synthetic alone draws faces that training has not seen.", HelpName = "DATA", DefaultValueFactory = _ => "synthetic" };
    private static readonly Option<string> Metrics = new("--metrics") { Description = $"What to measure, with commas: {string.Join(", ", Names.Keys)}; or all.", HelpName = "NAMES", DefaultValueFactory = _ => "all" };
    private static readonly Option<int> Count = CommonOptions.Integer("--count", "Generated pictures, and pictures of each of two real sets.", 2000, 10, 1_000_000);
    private static readonly Option<bool> AllReal = new("--all-real") { Description = "Compare with all real pictures as one set, as StyleGAN's FID does; then no second real set says what is reachable." };
    private static readonly Option<int> Edits = CommonOptions.Integer("--edits", "Pictures in which each part is edited, at most --count.", 2000, 1, 1_000_000);
    private static readonly Option<long> Seed = CommonOptions.Integer("--seed", "Seed of the first picture; the next ones have the next seeds.", 0L, 0L, long.MaxValue / 4);
    private static readonly Option<double> Truncation = CommonOptions.Number("--truncation", "0 (the mean picture) to 1 (none).", 1, 0, 2);
    private static readonly Option<string?> ParserName = new("--parser") { Description = $"Parser that reads the pictures: a file, the folder of a train-parser run or a bundled one's name; it should have had no part in training (default: {ParserSource.ForMeasures}, where it fits).", HelpName = "PARSER" };
    private static readonly Option<string?> Features = new("--features") { Description = "TorchScript file of an Inception network, for FID, KID, inception score, precision and recall.", HelpName = "FILE" };
    private static readonly Option<string> Convention = CommonOptions.Choice("--convention", "How --features takes pictures and covariances are estimated: 8 bits and over N, or 299 pixels in [-1, 1] and over N - 1.", "stylegan", "stylegan", "semantic-stylegan");
    private static readonly Option<string?> Lpips = new("--lpips") { Description = "TorchScript file of LPIPS, for path length and diversity; otherwise the parser's features are compared.", HelpName = "FILE" };
    private static readonly Option<string?> Identity = new("--identity") { Description = "TorchScript file of a face recognition network that takes pictures in [-1, 1], for the identity distance of edits.", HelpName = "FILE" };
    private static readonly Option<string[]> Earlier = new("--earlier") { Description = "Folders of earlier evaluations, for a curve over the images seen.", HelpName = "DIR…", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> NoCache = new("--no-cache") { Description = "Neither read nor write features of real pictures in the user's cache folder." };
    private static readonly Option<string> Out = ResultFolder.Option("evaluate");

    public static Command Create() => new Command("evaluate", "Measure a model: distances to data, class rates, agreement of masks and pictures, locality of edits; with a report.")
    {
        Model, Data, Metrics, Count, AllReal, Edits, Seed, Truncation, ParserName, Features, Convention, Lpips, Identity, Earlier, NoCache, Out, Ranks.Mpi, Ranks.PatienceSeconds,
    }.Runs(Run).WithExamples(
        "semantic-stylegan evaluate --out out/evaluate",
        "semantic-stylegan evaluate --model runs/faces --data faces.zip --metrics swd,rates,locality --count 500 --out out/quick",
        "semantic-stylegan evaluate --model runs/faces --data faces.zip --features inception-2015-12-05.pt --count 50000 --all-real --metrics frechet,kernel",
        "mpirun -n 2 semantic-stylegan evaluate --model runs/faces --data faces.zip");

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        ProcessGroup group = Ranks.Join(parsed);
        EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) => Evaluate(parsed, synthesizer, folder, group, stop));
    }

    private static void Evaluate(ParseResult parsed, Synthesizer synthesizer, ResultFolder folder, ProcessGroup group, CancellationToken stop)
    {
        EvaluationOptions options = Options(parsed);
        EvaluationReport[] earlier = [.. (parsed.GetValue(Earlier) ?? []).Select(EvaluationReport.Read)];
        string spec = parsed.GetValue(Data)!;
        int size = synthesizer.Model.Config.ImageSize;
        ISampleSource data = spec == "synthetic" ? new SyntheticFaces(size, 2 * options.Count, HeldOutSeed) : DatasetSources.Open(spec, size);
        using IDisposable? owned = data as IDisposable;
        using EvaluationNetworks networks = OpenNetworks(parsed, synthesizer);
        (StatisticsCache, string)? cached = parsed.GetValue(NoCache) ? null : (StatisticsCache.Standard, DataFingerprint.Of(data, FileOf(spec)));
        Evaluation evaluation = new(synthesizer, data, networks, options, cached, group);
        if (!group.IsFirst)
        {
            evaluation.Run(null, stop);
            return;
        }
        EvaluationReport report = ProgressDisplay.Run("evaluating", progress => evaluation.Run(progress, stop));
        report.Write(folder.File(), evaluation.Grids, earlier);
        folder.Finish(parsed);
        foreach (EvaluationRow row in report.Rows.Where(r => r.Target is not null && r.Part is null))
            Console.WriteLine(FormattableString.Invariant($"{row.Measure}: {(row.Value is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "not finite")}, target {row.Target}, {(row.Met == true ? "met" : "not met")}"));
        Console.WriteLine($"{folder.File("report.md")}: {report.Rows.Count} values of {options.Count:N0} generated pictures");
    }

    private static EvaluationOptions Options(ParseResult parsed)
    {
        string names = parsed.GetValue(Metrics)!;
        return new EvaluationOptions
        {
            Measures = names == "all" ? [.. Names.Values] : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name =>
                Names.TryGetValue(name, out Measure measure) ? measure : throw new InputException($"--metrics: '{name}', expected all or some of {string.Join(", ", Names.Keys)}."))],
            Count = parsed.GetValue(Count),
            AllReal = parsed.GetValue(AllReal),
            Edits = parsed.GetValue(Edits),
            Seed = parsed.GetValue(Seed),
            Truncation = parsed.GetValue(Truncation),
            Convention = parsed.GetValue(Convention) == "stylegan" ? MeasureConvention.StyleGan : MeasureConvention.SemanticStyleGan,
        };
    }

    private static EvaluationNetworks OpenNetworks(ParseResult parsed, Synthesizer synthesizer)
    {
        torch.Device device = synthesizer.Model.Generator.Device;
        Parser? parser = OpenParser(parsed.GetValue(ParserName), synthesizer.Model, device);
        List<IFeatures> features = parser is null ? [] : [new ParserFeatures(parser)];
        if (parsed.GetValue(Features) is { } file)
            features.Add(new TorchScriptFeatures(file, parsed.GetValue(Convention) == "stylegan" ? MeasureConvention.StyleGan : MeasureConvention.SemanticStyleGan, device));
        return new EvaluationNetworks
        {
            Parser = parser,
            Features = features,
            Distance = parsed.GetValue(Lpips) is { } lpips ? new TorchScriptLpips(lpips, device) : parser is null ? null : new ParserDistance(parser),
            Identity = parsed.GetValue(Identity) is { } identity ? new TorchScriptFeatures(identity, null, device) : null,
        };
    }

    // A parser that was asked for must fit; the standard one is used only where it does.
    private static Parser? OpenParser(string? name, SemanticModel model, torch.Device device)
    {
        if (name is null && !ParserSource.Bundled.Contains(ParserSource.ForMeasures)) return null;
        Parser parser = ParserSource.Open(name ?? ParserSource.ForMeasures, device);
        bool fits = (model.Layout.IsFound || parser.Layout.Classes.Select(c => c.Name).SequenceEqual(model.Layout.Classes.Select(c => c.Name))) && model.Config.ImageSize % parser.Config.SizeMultiple == 0;
        if (fits) return parser;
        parser.Dispose();
        return name is null ? null : throw new InputException($"--parser: {name} reads {parser.Layout.Count} classes ({parser.Layout.Name}), the model has {model.Layout.Count} ({model.Layout.Name}); expected the same classes, and pictures of a multiple of {parser.Config.SizeMultiple} pixels.");
    }

    private static string? FileOf(string spec) => File.Exists(spec) ? spec : Directory.Exists(spec) ? Path.Combine(spec, "data.mdb") : null;
}

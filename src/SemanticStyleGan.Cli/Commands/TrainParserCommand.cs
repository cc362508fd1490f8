using System.CommandLine;
using System.Globalization;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>train-parser</c>: trains a network that reads parts off images, or continues a run.</summary>
internal static class TrainParserCommand
{
    private static readonly ParserTrainingConfig Standard = new();
    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = DatasetSources.SpecDescription + ".",
        HelpName = "DATA",
        DefaultValueFactory = _ => "synthetic",
    };
    private static readonly Option<string> Out = CommonOptions.OutFolder("Folder of the run; running the same command again continues it.");
    private static readonly Option<int> Size = CommonOptions.ImageSize(Standard.Parser.ImageSize);
    private static readonly Option<string> Architecture = CommonOptions.Choice("--architecture", "How small scales come back to the size of the image.", Word(Standard.Parser.Architecture),
        [.. Enum.GetValues<ParserArchitecture>().Select(Word)]);
    private static readonly Option<int> Width = CommonOptions.Integer("--width", "Channels at the image's size, a multiple of 8.", Standard.Parser.Width, 8, 1024);
    private static readonly Option<long> Images = CommonOptions.Integer("--images", "Train until so many images were seen.", Standard.Images, 1L, long.MaxValue);
    private static readonly Option<int> Batch = CommonOptions.Integer("--batch", "Images in a step.", Standard.BatchSize, 1, 4096);
    private static readonly Option<double> LearningRate = CommonOptions.Number("--learning-rate", "Adam's largest learning rate.", Standard.LearningRate, 1e-8, 1);
    private static readonly Option<(int Fold, int Folds)> Split = CommonOptions.Checked<(int, int)>("--split", "Hold out part FOLD of FOLDS equal parts of the data, to measure on.",
        (Standard.Fold, Standard.Folds), ParseSplit, "FOLD/FOLDS with FOLD below FOLDS, for example 0/10", "FOLD/FOLDS");
    private static readonly Option<double> Degradation = CommonOptions.Number("--degradation", "How strongly colours, sharpness and noise vary while training.", Standard.Degradation, 0, 10);
    private static readonly Option<long> Seed = CommonOptions.Seed();
    private static readonly Option<long> CheckpointEvery = CommonOptions.Integer("--checkpoint-every", "Images between checkpoints, each with a measurement.", 8_000L, 1L, long.MaxValue);
    private static readonly Option<int> Keep = CommonOptions.Integer("--keep", "Checkpoints to keep.", 2, 1, 1000);
    private static readonly Option<double> MaxTime = CommonOptions.Number("--max-time", "Stop with a checkpoint after so many minutes; 0 for no limit.", 0, 0, 1e6);

    public static Command Create() => new Command("train-parser", "Train a network that reads the parts off images, for losses and measures, or continue a run.")
    {
        Data, Out, Size, Architecture, Width, Images, Batch, LearningRate, Split, Degradation, Seed, CheckpointEvery, Keep, MaxTime,
    }.Runs(Run).WithExamples(
        "semantic-stylegan train-parser --data synthetic --out runs/parser",
        "semantic-stylegan train-parser --data faces.zip --size 128 --architecture pyramid --split 3/10 --seed 7 --out runs/judge");

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        ISampleSource data = DatasetSources.Open(parsed.GetValue(Data)!, parsed.GetValue(Size));
        using IDisposable? owned = data as IDisposable;
        ParserArchitecture architecture = Enum.GetValues<ParserArchitecture>().Single(a => Word(a) == parsed.GetValue(Architecture));
        int width = parsed.GetValue(Width);
        ParserTrainingConfig config = new()
        {
            Parser = new ParserConfig { ImageSize = parsed.GetValue(Size), Architecture = architecture, Width = width, MaxChannels = Math.Max(width, Standard.Parser.MaxChannels), Classes = data.Layout?.Count ?? Standard.Parser.Classes },
            Images = parsed.GetValue(Images),
            BatchSize = parsed.GetValue(Batch),
            LearningRate = parsed.GetValue(LearningRate),
            Fold = parsed.GetValue(Split).Fold,
            Folds = parsed.GetValue(Split).Folds,
            Degradation = parsed.GetValue(Degradation),
            Seed = parsed.GetValue(Seed),
        };
        TrainingOptions options = new()
        {
            CheckpointImages = parsed.GetValue(CheckpointEvery),
            Keep = parsed.GetValue(Keep),
            MaxTime = parsed.GetValue(MaxTime) is > 0 and double minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
        string folder = parsed.GetValue(Out)!;
        ParserTrainer trainer = new(config, options, data, Devices.Chosen(parsed), new ErrorStreamLogger());
        long seen = ProgressDisplay.Run("training", progress => trainer.Run(folder, progress, stop));
        Console.WriteLine(seen >= config.Images
            ? $"{folder}: {seen:N0} images seen, parser in {Path.Combine(folder, ParserSource.FileName)}"
            : $"{folder}: stopped after {seen:N0} of {config.Images:N0} images; run the same command again to continue.");
        if (!StopSignals.TerminationRequested) stop.ThrowIfCancellationRequested();
    }

    private static (int, int)? ParseSplit(string text) =>
        text.Split('/') is [var a, var b] && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out int fold)
            && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out int folds) && fold < folds && folds >= 2 ? (fold, folds) : null;

    private static string Word(ParserArchitecture architecture) => architecture.ToString().ToLowerInvariant();
}

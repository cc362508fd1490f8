using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>train-encoder</c>: trains the network with which <c>invert</c> begins.</summary>
internal static class TrainEncoderCommand
{
    private static readonly EncoderTrainingConfig Standard = new();
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = CommonOptions.OutFile($"The encoder's file; as {PictureEncoder.FileName} beside the model's it is found by itself.");
    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = $"Pictures to learn from besides the model's own samples. {DatasetSources.SpecDescription}, or none.",
        HelpName = "DATA",
        DefaultValueFactory = _ => "synthetic",
    };
    private static readonly Option<string?> From = new("--from") { Description = "Begin with this encoder, which may belong to another model of the same sizes.", HelpName = "FILE" };
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "Steps of the optimiser.", Standard.Steps, 1, 10_000_000);
    private static readonly Option<double> LearningRate = CommonOptions.Number("--learning-rate", "Its largest learning rate.", Standard.LearningRate, 1e-8, 1);
    private static readonly Option<double> MaxTime = CommonOptions.Number("--max-time", "End after so many minutes at the latest; 0 for no limit.", 0, 0, 1e6);
    private static readonly Option<long> Seed = CommonOptions.Seed();
    private static readonly Option<bool> Overwrite = CommonOptions.Overwrite();

    public static Command Create() => new Command("train-encoder", "Train the encoder of a model: a network that guesses the codes of pictures, from which 'invert' goes on.")
    {
        Model, Out, Data, From, Steps, LearningRate, MaxTime, Seed, Overwrite,
    }.Runs(Run).WithExamples(
        "semantic-stylegan train-encoder --out encoder.safetensors",
        $"semantic-stylegan train-encoder --model runs/faces --data faces.zip --out runs/faces/{PictureEncoder.FileName}");

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        string file = parsed.GetValue(Out)!, dataName = parsed.GetValue(Data)!;
        CommonOptions.RefuseExisting(file, parsed.GetValue(Overwrite));
        using DisposeScope scope = torch.NewDisposeScope();
        using SemanticModel model = ModelSource.Open(parsed.GetValue(Model), Devices.Chosen(parsed));
        ISampleSource? data = dataName == "none" ? null : DatasetSources.Open(dataName, model.Config.ImageSize);
        using IDisposable? owned = data as IDisposable;
        EncoderTraining training = new(model, new EncoderTrainingConfig { Steps = parsed.GetValue(Steps), LearningRate = parsed.GetValue(LearningRate), Seed = parsed.GetValue(Seed) });
        using PictureEncoder? start = parsed.GetValue(From) is { } from ? PictureEncoder.LoadForAny(from, model) : null;
        TimeSpan? limit = parsed.GetValue(MaxTime) is > 0 and double minutes ? TimeSpan.FromMinutes(minutes) : null;
        Stopwatch clock = Stopwatch.StartNew();
        using PictureEncoder encoder = ProgressDisplay.Run("training", progress => training.Train(data, start, limit, progress, stop));
        encoder.Save(file, half: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {encoder.Provenance["steps"]} steps in {clock.Elapsed.TotalMinutes:0.0} min; mean distance of reconstructions {encoder.Provenance["error"]}"));
        stop.ThrowIfCancellationRequested();
    }
}

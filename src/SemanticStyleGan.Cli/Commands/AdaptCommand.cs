using System.CommandLine;
using System.Globalization;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>adapt</c>: moves a model to the look of pictures without masks.</summary>
internal static class AdaptCommand
{
    // Steps in which a fresh discriminator learns alone; a quarter of all at most.
    private const int FirstSteps = 100;

    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Data = new("--data", "-d") { Description = $"Pictures of the new look; masks are not needed ('dataset import images'). {DatasetSources.SpecDescription}.", Required = true, HelpName = "DATA" };
    private static readonly Option<string> Out = CommonOptions.OutFolder("Folder of the run; running the same command again continues it.");
    private static readonly Option<string?> Discriminator = new("--discriminator") { Description = "Training checkpoint or discriminator.safetensors that is taken over, or none (default: that of the run if --model is a run's folder, otherwise the one beside the model).", HelpName = "FILE|none" };
    private static readonly Option<bool> FreezeLocal = new("--freeze-local") { Description = "Hold the local generators: parts stay as separate as they are, only rendering is learned." };
    private static readonly Option<long?> Images = CommonOptions.Optional<long>("--images", "Train until so many images were seen (default: 2,000 steps).", 1, long.MaxValue);
    private static readonly Option<int?> Batch = CommonOptions.Optional<int>("--batch", "Images in a step (default: that of the preset of the model's size).", 1, 4096);
    private static readonly Option<double?> LearningRate = CommonOptions.OptionalNumber("--learning-rate", "Adam's learning rate (default: the preset's).", 1e-8, 1);
    private static readonly Option<double?> MaskConsistency = CommonOptions.OptionalNumber("--mask-consistency", "Weight of the loss that keeps the final mask near the parts' own (default: 20).", 0, 1e6);
    private static readonly Option<double?> KeepParts = CommonOptions.OptionalNumber("--keep-parts", "Weight of the loss that parts stay where the model draws them for the same code (default: 0.3).", 0, 1e6);
    private static readonly Option<double> LeastAgreement = CommonOptions.Number("--least-agreement", "End when the masks of fixed samples agree less than this with those before (mean IoU); 0 for never.", 0.3, 0, 1);
    private static readonly Option<long> CheckpointEvery = CommonOptions.Integer("--checkpoint-every", "Images between checkpoints.", 800L, 1L, long.MaxValue);
    private static readonly Option<long> PreviewEvery = CommonOptions.Integer("--preview-every", "Images between previews, each with a look at the agreement.", 400L, 1L, long.MaxValue);
    private static readonly Option<double?> MaxTime = CommonOptions.OptionalNumber("--max-time", "Stop with a checkpoint after so many minutes.", 0, 1e6);
    private static readonly Option<long> Seed = CommonOptions.Seed();

    public static Command Create() => new Command("adapt", "Adapt a model to the look of pictures without masks; its parts stay.")
    {
        Model, Data, Out, Discriminator, FreezeLocal, Images, Batch, LearningRate, FineTuningOptions.Augment, FineTuningOptions.FreezeDiscriminator, FineTuningOptions.DiscriminatorFirst, FineTuningOptions.GeneratorLearningRate, FineTuningOptions.EditLocality, FineTuningOptions.ParserAgreement, FineTuningOptions.Projected, FineTuningOptions.Parser, MaskConsistency, KeepParts, LeastAgreement, CheckpointEvery, PreviewEvery, MaxTime, Seed, Ranks.Mpi, Ranks.PatienceSeconds,
    }.Runs(Run).WithExamples(
        "semantic-stylegan adapt --data toons.zip --freeze-local --out runs/toons",
        "semantic-stylegan adapt --model runs/faces --data toons.zip --images 4000 --out runs/toons");

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        using SemanticModel model = ModelSource.Open(parsed.GetValue(Model), Devices.Chosen(parsed));
        if (model.Config.Architecture != GeneratorArchitecture.LocalGenerators) throw new InputException("adapt needs a model with local generators; this model's architecture is mask-style, which learns from pictures without masks by 'train --from'.");
        TrainingConfig config = TrainingConfig.Adaptation(model.Config);
        config = config with
        {
            BatchSize = parsed.GetValue(Batch) ?? config.BatchSize,
            LearningRate = parsed.GetValue(LearningRate) ?? config.LearningRate,
            GeneratorLearningRate = (parsed.GetValue(LearningRate) ?? config.LearningRate) / 2,
            Images = parsed.GetValue(Images) ?? 2000L * (parsed.GetValue(Batch) ?? config.BatchSize),
            MaskConsistency = parsed.GetValue(MaskConsistency) ?? config.MaskConsistency,
            KeepParts = parsed.GetValue(KeepParts) ?? config.KeepParts,
            FreezeLocalGenerators = parsed.GetValue(FreezeLocal),
            StartedFrom = model.Fingerprint,
            Seed = parsed.GetValue(Seed),
        };
        string? checkpoint = parsed.GetValue(Discriminator) switch { "none" => null, null => TrainingStart.CheckpointOf(parsed.GetValue(Model)), string file => file };
        if (checkpoint is not null) TrainingState.RequireDiscriminator(checkpoint);
        else config = config with { DiscriminatorFirst = Math.Min(FirstSteps * config.BatchSize, config.Images / 4) };
        config = FineTuningOptions.Apply(parsed, config);
        ISampleSource data = DatasetSources.Open(parsed.GetValue(Data)!, config.Generator.ImageSize);
        using IDisposable? owned = data as IDisposable;
        PartDrift drift = new(model, config.Seed);
        double least = parsed.GetValue(LeastAgreement);
        TrainingOptions options = new()
        {
            CheckpointImages = parsed.GetValue(CheckpointEvery),
            PreviewImages = parsed.GetValue(PreviewEvery),
            LogImages = 10L * config.BatchSize,
            MaxTime = parsed.GetValue(MaxTime) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            EndWhen = average => drift.Agreement(average) is var agreement && agreement < least
                ? string.Create(CultureInfo.InvariantCulture, $"masks agree only by {agreement:0.00} with those before, at least {least:0.00} was asked for") : null,
        };
        TrainingRun.Run(parsed, config, options, data, new TrainingStart(model, checkpoint), parsed.GetValue(Out)!, stop);
    }
}

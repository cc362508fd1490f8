using System.CommandLine;
using System.Text.Json;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using static SemanticStyleGan.Cli.Hosting.CommonOptions;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>train</c>: trains a model on a data set, or continues a run.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = DatasetSources.SpecDescription + ".",
        HelpName = "DATA",
        DefaultValueFactory = _ => "synthetic",
    };
    private static readonly Option<string?> From = new("--from") { Description = "Begin with this model's weights and sizes; parts of the data are matched by name, new ones begin fresh. Of a run's folder the discriminator is taken too, otherwise discriminator.safetensors beside the model.", HelpName = "MODEL" };
    private static readonly Option<string> Out = CommonOptions.OutFolder("Folder of the run; running the same command again continues it.");
    private static readonly Option<string> Preset = CommonOptions.Choice("--preset", "Sizes and schedule.", "tiny64", [.. TrainingConfig.Presets.Keys]);
    private static readonly Option<string> Config = new("--config") { Description = "Configuration file to begin with instead of a preset (a run's config.json).", HelpName = "FILE" };
    private static readonly Option<int?> ImageSize = Optional<int>("--image-size", "Width and height of the pictures, a power of two (default: the preset's, or those of the model to begin with, which grows where this is larger).", 8, 4096);
    private static readonly Option<long?> Images = Optional<long>("--images", "Train until so many images were seen (default: the preset's).", 1, long.MaxValue);
    private static readonly Option<int?> Batch = Optional<int>("--batch", "Images in a step (default: the preset's).", 1, 4096);
    private static readonly Option<int?> MicroBatch = Optional<int>("--micro-batch", "Images that are computed at once; saves memory, costs time (default: all of a step's).", 1, 4096);
    private static readonly Option<double?> LearningRate = OptionalNumber("--learning-rate", "Adam's learning rate (default: the preset's).", 1e-8, 1);
    private static readonly Option<bool?> Mirror = new("--mirror") { Description = "Mirror half of the samples, image and mask together (default: the preset's)." };
    private static readonly Option<double?> Balance = CommonOptions.OptionalNumber("--balance", "See samples with classes that fewer than this share of the data show more often, for example 0.2; 0 for the data's own frequencies.", 0, 1);
    private static readonly Option<double?> Coverage = CommonOptions.OptionalNumber("--coverage", "Weight of the loss that keeps small and rare parts alive, for example 0.02.", 0, 1e6);
    private static readonly Option<double?> BalancedMasks = CommonOptions.OptionalNumber("--balanced-masks", "Weight of the loss that every part claims by its own depth what is drawn as it, for example 0.2.", 0, 1e6);
    private static readonly Option<bool?> MasksOnly = new("--masks-only") { Description = "With --from: let only the heads of masks learn, from what a parser reads in the pictures, which stay what they are." };
    private static readonly Option<long> Seed = CommonOptions.Seed();
    private static readonly Option<long> CheckpointEvery = CommonOptions.Integer("--checkpoint-every", "Images between checkpoints.", 8_000L, 1L, long.MaxValue);
    private static readonly Option<long> PreviewEvery = CommonOptions.Integer("--preview-every", "Images between previews.", 4_000L, 1L, long.MaxValue);
    private static readonly Option<long> LogEvery = CommonOptions.Integer("--log-every", "Images between lines of the log.", 320L, 1L, long.MaxValue);
    private static readonly Option<int> Keep = CommonOptions.Integer("--keep", "Checkpoints to keep.", 2, 1, 1000);
    private static readonly Option<double?> MaxTime = OptionalNumber("--max-time", "Stop with a checkpoint after so many minutes.", 0, 1e6);
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print the effective configuration and stop." };

    public static Command Create() => new Command("train", "Train a model on pairs of images and masks, or continue a run.")
    {
        Data, From, Out, Preset, Config, ArchitectureOptions.Architecture, ArchitectureOptions.MaskSupervision, ArchitectureOptions.SemanticConsistency, ArchitectureOptions.SemanticDiversity, ImageSize, Images, Batch, MicroBatch, LearningRate, Mirror, FineTuningOptions.Augment, FineTuningOptions.FreezeDiscriminator, FineTuningOptions.DiscriminatorFirst, FineTuningOptions.GeneratorLearningRate, Balance, Coverage, BalancedMasks, FineTuningOptions.EditLocality, FineTuningOptions.EditedFirst, FineTuningOptions.ParserAgreement, MasksOnly, FineTuningOptions.Projected, ReconstructionOptions.Weight, ReconstructionOptions.Divergence, ReconstructionOptions.Interval, ReconstructionOptions.EncoderFirst, ReconstructionOptions.First, FineTuningOptions.Parser, Seed, CheckpointEvery, PreviewEvery, LogEvery, Keep, MaxTime, Ranks.Mpi, Ranks.PatienceSeconds, DryRun,
    }.Runs(Run).WithExamples(
        "semantic-stylegan train --data synthetic --preset tiny64 --images 20000 --out runs/faces",
        "semantic-stylegan train --data faces.zip --preset faces128 --out runs/mine",
        "semantic-stylegan train --architecture mask-style --mask-supervision --out runs/mask-style");

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        TrainingConfig config = parsed.GetValue(Config) is { } file ? TrainingConfig.Read(file) : TrainingConfig.Presets[parsed.GetValue(Preset)!];
        using SemanticModel? first = parsed.GetValue(From) is { } from ? ModelSource.Open(from, Devices.Chosen(parsed)) : null;
        config = ArchitectureOptions.Apply(parsed, config, first);
        if (parsed.GetValue(ImageSize) is { } size) config = config.WithGenerator(config.Generator with { ImageSize = size });
        config = config with
        {
            Images = parsed.GetValue(Images) ?? config.Images,
            BatchSize = parsed.GetValue(Batch) ?? config.BatchSize,
            LearningRate = parsed.GetValue(LearningRate) ?? config.LearningRate,
            Mirror = parsed.GetValue(Mirror) ?? config.Mirror,
            Balance = parsed.GetValue(Balance) ?? config.Balance,
            Coverage = parsed.GetValue(Coverage) ?? config.Coverage,
            BalancedMasks = parsed.GetValue(BalancedMasks) ?? config.BalancedMasks,
            MasksOnly = parsed.GetValue(MasksOnly) ?? config.MasksOnly,
            Reconstruction = ReconstructionOptions.Apply(parsed, config.Reconstruction),
            Seed = parsed.GetValue(Seed),
        };
        config = FineTuningOptions.Apply(parsed, config);
        if (config.MasksOnly && first is null) throw new InputException("--masks-only: there are no pictures to read yet, expected --from with the model whose masks shall learn.");
        ISampleSource data = DatasetSources.Open(parsed.GetValue(Data)!, config.Generator.ImageSize);
        using IDisposable? owned = data as IDisposable;
        if (data.Layout is { } layout) config = config.ForLayout(layout);
        config.Validate();
        if (parsed.GetValue(DryRun))
        {
            Console.WriteLine(JsonSerializer.Serialize(config, StrictJson.Options));
            return;
        }

        TrainingOptions options = new()
        {
            CheckpointImages = parsed.GetValue(CheckpointEvery),
            PreviewImages = parsed.GetValue(PreviewEvery),
            LogImages = parsed.GetValue(LogEvery),
            MicroBatch = parsed.GetValue(MicroBatch),
            Keep = parsed.GetValue(Keep),
            MaxTime = parsed.GetValue(MaxTime) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
        string folder = parsed.GetValue(Out)!;
        TrainingStart? start = first is null ? null : new(first, TrainingStart.CheckpointOf(parsed.GetValue(From)));
        TrainingRun.Run(parsed, config, options, data, start, folder, stop);
    }
}

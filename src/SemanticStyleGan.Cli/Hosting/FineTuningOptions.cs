using System.CommandLine;
using System.Globalization;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Options of the commands that train on few pictures.</summary>
internal static class FineTuningOptions
{
    /// <summary><c>--augment</c>.</summary>
    internal static Option<string?> Augment { get; } = new("--augment")
    {
        Description = "Augment what the discriminator sees, for small data: none, ada (as much as it overfits) or a probability from 0 to 0.8 (default: the preset's).",
        HelpName = "none|ada|P",
    };

    /// <summary><c>--freeze-d</c>.</summary>
    internal static Option<int?> FreezeDiscriminator { get; } =
        CommonOptions.Optional<int>("--freeze-d", "Freeze so many of the discriminator's highest resolutions, for fine-tuning (default: the preset's).", 0, 16);

    /// <summary><c>--discriminator-first</c>.</summary>
    internal static Option<long?> DiscriminatorFirst { get; } =
        CommonOptions.Optional<long>("--discriminator-first", "Let only the discriminator learn until so many images were seen, where it begins fresh beside a trained generator (default: the preset's 0, 100 steps for adapt).", 0, long.MaxValue);

    /// <summary><c>--generator-learning-rate</c>.</summary>
    internal static Option<double?> GeneratorLearningRate { get; } =
        CommonOptions.OptionalNumber("--generator-learning-rate", "The generator's own learning rate, lower than the discriminator's where that begins fresh (default: that of both, half of it for adapt).", 1e-8, 1);

    /// <summary><c>--edit-locality</c>.</summary>
    internal static Option<double?> EditLocality { get; } =
        CommonOptions.OptionalNumber("--edit-locality", "Weight of the loss that an edit of one part changes the picture in that part only (default: the preset's 0, 4 for adapt).", 0, 1e6);

    /// <summary><c>--edit-first</c>.</summary>
    internal static Option<string?> EditedFirst { get; } =
        new("--edit-first") { Description = "Parts that --edit-locality edits in every picture that shows one of them, separated by commas, for example hat,glasses (with --reconstruction; default: all parts alike).", HelpName = "PARTS" };

    /// <summary><c>--parser-agreement</c>.</summary>
    internal static Option<double?> ParserAgreement { get; } =
        CommonOptions.OptionalNumber("--parser-agreement", "Weight of the loss that a parser's reading of a generated image agrees with its mask.", 0, 1e6);

    /// <summary><c>--projected</c>.</summary>
    internal static Option<double?> Projected { get; } =
        CommonOptions.OptionalNumber("--projected", "Weight of a projected discriminator: heads on a parser's features judge image and mask (for adapt the image alone) beside the other discriminator (default: the preset's 0, 1 for adapt).", 0, 1e6);

    /// <summary><c>--parser</c>.</summary>
    internal static Option<string?> Parser { get; } =
        new("--parser") { Description = "Parser for --parser-agreement, --projected, --reconstruction and --masks-only: a .safetensors file, the folder of a train-parser run or a bundled name.", HelpName = "PARSER" };

    /// <summary>The configuration with what the command line says.</summary>
    /// <exception cref="InputException"><c>--augment</c> is none of its words.</exception>
    internal static TrainingConfig Apply(ParseResult parsed, TrainingConfig config) => config with
    {
        Augmentation = Augmented(config.Augmentation, parsed.GetValue(Augment)),
        FreezeDiscriminator = parsed.GetValue(FreezeDiscriminator) ?? config.FreezeDiscriminator,
        DiscriminatorFirst = parsed.GetValue(DiscriminatorFirst) ?? config.DiscriminatorFirst,
        GeneratorLearningRate = parsed.GetValue(GeneratorLearningRate) ?? config.GeneratorLearningRate,
        EditLocality = parsed.GetValue(EditLocality) ?? config.EditLocality,
        EditedFirst = parsed.GetValue(EditedFirst) ?? config.EditedFirst,
        ParserAgreement = parsed.GetValue(ParserAgreement) ?? config.ParserAgreement,
        Projected = parsed.GetValue(Projected) ?? config.Projected,
        Parser = parsed.GetValue(Parser) ?? config.Parser,
    };

    private static AugmentationConfig Augmented(AugmentationConfig before, string? text) => text switch
    {
        null => before,
        "none" => before with { Mode = AugmentationMode.None },
        "ada" => before with { Mode = AugmentationMode.Adaptive },
        _ when double.TryParse(text, CultureInfo.InvariantCulture, out double p) && p is >= 0 and <= AugmentationConfig.MostProbability =>
            before with { Mode = AugmentationMode.Fixed, Probability = p },
        _ => throw new InputException($"--augment: '{text}', expected none, ada or a probability from 0 to {AugmentationConfig.MostProbability.ToString(CultureInfo.InvariantCulture)}."),
    };
}

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

    /// <summary>The configuration with what the command line says.</summary>
    /// <exception cref="InputException"><c>--augment</c> is none of its words.</exception>
    internal static TrainingConfig Apply(ParseResult parsed, TrainingConfig config) => config with
    {
        Augmentation = Augmented(config.Augmentation, parsed.GetValue(Augment)),
        FreezeDiscriminator = parsed.GetValue(FreezeDiscriminator) ?? config.FreezeDiscriminator,
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

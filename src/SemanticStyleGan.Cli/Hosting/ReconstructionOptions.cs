using System.CommandLine;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Options of learning from reconstructions.</summary>
internal static class ReconstructionOptions
{
    /// <summary><c>--reconstruction</c>.</summary>
    internal static Option<double?> Weight { get; } = CommonOptions.OptionalNumber("--reconstruction", "Weight of the loss that real pictures can be made again from a code which an encoder guesses, for example 10; masks and rare parts come much sooner.", 0, 1e6);

    /// <summary><c>--divergence</c>.</summary>
    internal static Option<double?> Divergence { get; } = CommonOptions.OptionalNumber("--divergence", "With --reconstruction: weight of a nat by which the codes of real pictures differ from those of samples (default: the preset's).", 0, 1e6);

    /// <summary><c>--reconstruction-interval</c>.</summary>
    internal static Option<int?> Interval { get; } = CommonOptions.Optional<int>("--reconstruction-interval", "With --reconstruction: apply it every so many iterations (default: the preset's).", 1, 1000);

    /// <summary><c>--encoder-first</c>.</summary>
    internal static Option<long?> EncoderFirst { get; } = CommonOptions.Optional<long>("--encoder-first", "With --reconstruction and --from: let only the encoder learn until so many images were seen, as it begins fresh beside a trained generator.", 0, long.MaxValue);

    /// <summary><c>--reconstruction-first</c>.</summary>
    internal static Option<long?> First { get; } = CommonOptions.Optional<long>("--reconstruction-first", "With --reconstruction: learn from reconstructions alone, without a discriminator, until so many images were seen.", 0, long.MaxValue);

    /// <summary>The configuration with what the command line says.</summary>
    internal static ReconstructionConfig Apply(ParseResult parsed, ReconstructionConfig config) => config with
    {
        Weight = parsed.GetValue(Weight) ?? config.Weight,
        Divergence = parsed.GetValue(Divergence) ?? config.Divergence,
        Interval = parsed.GetValue(Interval) ?? config.Interval,
        EncoderFirst = parsed.GetValue(EncoderFirst) ?? config.EncoderFirst,
        DiscriminatorFrom = parsed.GetValue(First) ?? config.DiscriminatorFrom,
    };
}

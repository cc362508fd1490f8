using System.CommandLine;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Options of <c>train</c> that choose how a generator composes images.</summary>
internal static class ArchitectureOptions
{
    private const string Local = "local-generators", MaskStyle = "mask-style";

    /// <summary><c>--architecture</c>.</summary>
    internal static Option<string> Architecture { get; } = CommonOptions.Choice("--architecture", "How images are composed (docs/architectures.md); a --config or --from of mask-style is trained as such.", Local, Local, MaskStyle);

    /// <summary><c>--mask-supervision</c>.</summary>
    internal static Option<bool> MaskSupervision { get; } = new("--mask-supervision") { Description = "With mask-style: the discriminator sees the masks too, so that parts become the data's classes." };

    /// <summary><c>--semantic-consistency</c>.</summary>
    internal static Option<double?> SemanticConsistency { get; } = CommonOptions.OptionalNumber("--semantic-consistency", "With mask-style: weight of the loss that ties styles to masks (default 1).", 0, 1e6);

    /// <summary><c>--semantic-diversity</c>.</summary>
    internal static Option<double?> SemanticDiversity { get; } = CommonOptions.OptionalNumber("--semantic-diversity", "With mask-style: weight of the loss that keeps masks apart (default 1).", 0, 1e6);

    /// <summary>The configuration with the architecture and losses that the command line says, and the sizes of the model that the run begins with.</summary>
    /// <exception cref="InputException">Options of one architecture with the other.</exception>
    internal static TrainingConfig Apply(ParseResult parsed, TrainingConfig config, SemanticModel? first)
    {
        bool maskStyle = parsed.GetValue(Architecture) == MaskStyle || (first?.Config ?? config.Generator).Architecture == GeneratorArchitecture.MaskStyle;
        if (!maskStyle && (parsed.GetValue(MaskSupervision) || parsed.GetValue(SemanticConsistency) is not null || parsed.GetValue(SemanticDiversity) is not null))
            throw new InputException("--mask-supervision, --semantic-consistency and --semantic-diversity belong to --architecture mask-style.");
        if (maskStyle && first is { Config.Architecture: not GeneratorArchitecture.MaskStyle })
            throw new InputException("--from: this model has local generators, expected one of mask-style.");
        if (maskStyle && config.Generator.Architecture != GeneratorArchitecture.MaskStyle) config = config.AsMaskStyle(parsed.GetValue(MaskSupervision));
        if (first is not null) config = config.WithGenerator(first.Config) with { StartedFrom = first.Fingerprint };
        return config with
        {
            SemanticConsistency = parsed.GetValue(SemanticConsistency) ?? config.SemanticConsistency,
            SemanticDiversity = parsed.GetValue(SemanticDiversity) ?? config.SemanticDiversity,
        };
    }
}

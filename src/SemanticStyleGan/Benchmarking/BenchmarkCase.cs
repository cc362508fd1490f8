using System.Globalization;
using System.Text.Json;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Benchmarking;

/// <summary>One line of the benchmark: what is done, with which sizes, on how many images at once.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Preset">The sizes, see <see cref="TrainingConfig.Presets"/>; <c>tiny64:26</c> is a preset with another number of parts.</param>
/// <param name="Batch">Images at once.</param>
public sealed record BenchmarkCase(BenchmarkKind Kind, string Preset, int Batch)
{
    /// <summary>The cases that are measured where none are named.</summary>
    public static IReadOnlyList<BenchmarkCase> Standard { get; } =
    [
        new(BenchmarkKind.Synthesis, "celebamask256", 1),
        new(BenchmarkKind.Synthesis, "celebamask256", 4),
        new(BenchmarkKind.Generator, "celebamask256", 2),
        new(BenchmarkKind.Discriminator, "celebamask256", 2),
        new(BenchmarkKind.R1, "celebamask256", 2),
        new(BenchmarkKind.PathLength, "celebamask256", 2),
        new(BenchmarkKind.Training, "celebamask256", 2),
        new(BenchmarkKind.Synthesis, "tiny64", 1),
        new(BenchmarkKind.Synthesis, "tiny64", 8),
        new(BenchmarkKind.Edit, "tiny64", 1),
        new(BenchmarkKind.Training, "tiny64", 8),
        new(BenchmarkKind.FirstPicture, "tiny64", 1),
    ];

    /// <summary>For example <c>synthesis-celebamask256-4</c>.</summary>
    public string Name => $"{JsonNamingPolicy.KebabCaseLower.ConvertName(Kind.ToString())}-{Preset}-{Batch}";

    /// <summary>Whether the reference is also measured with libtorch as it starts up. Training is not: it would grow until memory runs out.</summary>
    internal bool AlsoAsStarted => Kind is BenchmarkKind.Synthesis;

    /// <summary>What the names of gradients begin with.</summary>
    internal const string Gradient = "gradient of ";

    /// <summary>
    /// How far a gradient may be apart, relative to its largest number, where half of them are within <see cref="Tolerance"/>: an activation that is zero but for rounding
    /// is on another side of its kink, and of a map of few pixels that is a hundredth of what the layers before it get.
    /// </summary>
    internal const double KinkTolerance = 0.02;

    /// <summary>How far results may be apart: images absolutely; losses, which add up many numbers, and half of the gradients relative to their largest.</summary>
    internal double Tolerance => Kind switch
    {
        BenchmarkKind.Synthesis or BenchmarkKind.Edit or BenchmarkKind.FirstPicture => 1e-4,
        BenchmarkKind.Training => 4e-3, // losses after a step: Adam without momentum makes full steps of gradients that are rounding alone
        _ => 1e-3,
    };

    /// <summary>The sizes and the schedule.</summary>
    internal TrainingConfig Config
    {
        get
        {
            string[] words = Preset.Split(':');
            TrainingConfig config = TrainingConfig.Presets[words[0]] with { BatchSize = Batch };
            if (words.Length == 1) return config;
            int parts = int.Parse(words[1], CultureInfo.InvariantCulture);
            return config.WithGenerator(config.Generator with { Parts = parts, TransparentParts = [.. config.Generator.TransparentParts.Where(p => p < parts)] });
        }
    }

    /// <summary>The case of a name such as <c>synthesis-celebamask256-4</c>.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static BenchmarkCase Parse(string name)
    {
        string[] words = name.Split('-');
        if (words.Length >= 3
            && Enum.GetValues<BenchmarkKind>().Where(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString()) == string.Join('-', words[..^2])).ToArray() is [var kind]
            && IsPreset(words[^2])
            && int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int batch) && batch is >= 1 and <= 256 && (batch <= 4 || batch % 4 == 0))
            return new BenchmarkCase(kind, words[^2], batch);
        throw new InputException($"--cases: '{name}', expected KIND-PRESET-BATCH or KIND-PRESET:PARTS-BATCH such as {Standard[0].Name} (kinds: {string.Join(", ", Enum.GetValues<BenchmarkKind>().Select(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString())))}; presets: {string.Join(", ", TrainingConfig.Presets.Keys)}; batch: 1 to 4 or a multiple of 4).");
    }

    private static bool IsPreset(string text) => text.Split(':') switch
    {
        [var preset] => TrainingConfig.Presets.ContainsKey(preset),
        [var preset, var parts] => TrainingConfig.Presets.ContainsKey(preset) && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 2 and <= 255,
        _ => false,
    };
}

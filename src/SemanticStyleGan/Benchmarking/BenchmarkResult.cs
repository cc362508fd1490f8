using System.Text.Json.Serialization;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Benchmarking;

/// <summary>What was measured of a case.</summary>
public sealed record BenchmarkResult
{
    /// <summary>The case's name.</summary>
    [JsonPropertyName("case")]
    public required string Case { get; init; }

    /// <summary>Our median, in milliseconds; null, as all of a side's numbers, where there is none because that side ended.</summary>
    [JsonPropertyName("ours_ms")]
    public required double? OursMilliseconds { get; init; }

    /// <summary>The reference's median, in milliseconds.</summary>
    [JsonPropertyName("reference_ms")]
    public required double? ReferenceMilliseconds { get; init; }

    /// <summary>How many times as long the reference takes: the median of the ratios of neighbouring repetitions.</summary>
    [JsonPropertyName("ratio")]
    public required double? Ratio { get; init; }

    /// <summary>The peak resident memory of our process, in MB.</summary>
    [JsonPropertyName("ours_peak_mb")]
    public double OursPeakMegabytes { get; init; }

    /// <summary>The peak resident memory of the reference's process, in MB.</summary>
    [JsonPropertyName("reference_peak_mb")]
    public double ReferencePeakMegabytes { get; init; }

    /// <summary>The reference's allocator: ours is always the project's own setting, <see cref="TensorAllocator.Libtorch"/> is libtorch as it starts up.</summary>
    [JsonPropertyName("allocator")]
    public TensorAllocator Allocator { get; init; }

    /// <summary>Our median processor time, in milliseconds: on all cores together, and not lengthened by what else the machine does.</summary>
    [JsonPropertyName("ours_processor_ms")]
    public required double? OursProcessorMilliseconds { get; init; }

    /// <summary>The reference's median processor time, in milliseconds.</summary>
    [JsonPropertyName("reference_processor_ms")]
    public required double? ReferenceProcessorMilliseconds { get; init; }

    /// <summary>The ratio of the processor times: the one to look at where the machine is shared.</summary>
    [JsonPropertyName("processor_ratio")]
    public required double? ProcessorRatio { get; init; }

    /// <summary>Images a second that our median comes to.</summary>
    [JsonPropertyName("ours_images_per_second")]
    public required double? OursImagesPerSecond { get; init; }

    /// <summary>The arithmetic of the case, by the plain formulas, over our time and the machine's measured matrix-product rate; null where it is not counted.</summary>
    [JsonPropertyName("ours_matrix_share")]
    public required double? OursMatrixShare { get; init; }

    /// <summary>The largest difference of the two sides' results.</summary>
    [JsonPropertyName("difference")]
    public double Difference { get; init; }

    /// <summary>What became of a side that could not be measured, for example <c>reference: out of memory</c>; null where both were.</summary>
    [JsonPropertyName("failure")]
    public string? Failure { get; init; }

    /// <summary>How often each side was measured.</summary>
    [JsonPropertyName("repeats")]
    public required int Repeats { get; init; }
}

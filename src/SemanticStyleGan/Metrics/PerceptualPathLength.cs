using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// The perceptual path length in W (Karras et al., "A style-based generator architecture", CVPR 2019, section 4.1): the expected distance of the pictures
/// at t and t + ε on the line between two codes, t uniform, divided by ε². Lower is smoother.
/// </summary>
public static class PerceptualPathLength
{
    /// <summary>The step ε along the line.</summary>
    public const double Step = 1e-4;

    private const int BatchSize = 8;

    /// <summary>Measures a model.</summary>
    /// <param name="synthesizer">Makes the pictures, with stored noise maps.</param>
    /// <param name="distance">What is summed along the path; results of different ones can't be compared.</param>
    /// <param name="pairs">How many lines, at least 1.</param>
    /// <param name="seed">Of the codes.</param>
    /// <param name="truncation">Of the codes; 1 for none.</param>
    /// <param name="group">Ranks that share the lines; all of them call this.</param>
    /// <param name="progress">Counts lines.</param>
    /// <param name="stop">Cancels between batches.</param>
    /// <returns>The mean.</returns>
    public static double Of(Synthesizer synthesizer, IPerceptualDistance distance, int pairs, long seed, double truncation = 1, ProcessGroup? group = null, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        using IDisposable _ = no_grad();
        Generator random = new((ulong)seed);
        RankShare share = RankShare.Of(group ??= ProcessGroup.Alone, pairs);
        double sum = 0;
        for (int done = 0; done < pairs; done += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(BatchSize, pairs - done);
            Tensor t = rand(count, 1, generator: random).to(synthesizer.Model.Generator.Device);
            if (!share.Has(done)) continue;
            Tensor ends = synthesizer.Codes(seed + 2 * done, 2 * count, truncation);
            Tensor first = lerp(ends[..count], ends[count..], t), second = lerp(ends[..count], ends[count..], t + Constant(Step));
            // Not the prepared generator: its faster convolutions round more, and the step is small.
            Tensor a = synthesizer.Model.Generator.Synthesize(first).Image, b = synthesizer.Model.Generator.Synthesize(second).Image;
            sum += distance.Between(a, b).sum().item<float>() / (Step * Step);
            progress?.Report(new WorkProgress("path length", done + count - share.From, share.Count, "lines"));
        }
        return group.Sum(sum) / pairs;
    }
}

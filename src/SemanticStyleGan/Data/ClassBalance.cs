using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data;

/// <summary>
/// Shows samples with rare classes (glasses, hats, earrings) more often, by repeat factors (Gupta, Dollár, Girshick 2019, "LVIS", §3): a class that a share f
/// of the samples shows has the factor max(1, √(threshold / f)), a sample the largest factor of its classes.
/// </summary>
public static class ClassBalance
{
    /// <summary>The weight of every sample, at least 1, for <see cref="SampleOrder"/>; reads all masks.</summary>
    /// <param name="source">The samples; read in parallel.</param>
    /// <param name="threshold">Classes in a smaller share of the samples are shown more often; 0 to 1.</param>
    /// <param name="progress">Takes how many were read.</param>
    /// <param name="stop">Stops reading.</param>
    /// <exception cref="InputException">There are no masks, or a sample can't be read.</exception>
    public static double[] Weights(ISampleSource source, double threshold, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        SemanticLayout layout = source.Layout ?? throw new InputException($"{source.Description}: has no masks, but balancing classes needs them.");
        bool[][] shows = new bool[source.Count][];
        int pixels = source.Size * source.Size, done = 0;
        Parallel.For(0, source.Count, new ParallelOptions { CancellationToken = stop }, () => (Rgb: new byte[3 * pixels], Labels: new byte[pixels]), (index, _, buffers) =>
        {
            source.Read(index, buffers.Rgb, buffers.Labels);
            bool[] present = new bool[layout.Count];
            foreach (byte label in buffers.Labels) present[label] = true;
            shows[index] = present;
            progress?.Report(new WorkProgress("reading masks", Interlocked.Increment(ref done), source.Count));
            return buffers;
        }, _ => { });
        double[] factors = [.. Enumerable.Range(0, layout.Count).Select(k => Factor(shows.Count(s => s[k]), source.Count, threshold))];
        return [.. shows.Select(s => Enumerable.Range(0, layout.Count).Where(k => s[k]).Max(k => factors[k]))];
    }

    private static double Factor(int samples, int all, double threshold) => samples == 0 ? 1 : Math.Max(1, Math.Sqrt(threshold * all / samples));
}

using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data;

/// <summary>How often each class occurs in a data set's masks.</summary>
/// <param name="Samples">How many samples were counted.</param>
/// <param name="ClassPixels">Pixels of each class.</param>
/// <param name="ClassImages">In how many masks each class occurs.</param>
public sealed record DatasetStatistics(int Samples, long[] ClassPixels, int[] ClassImages)
{
    /// <summary>Reads the first <paramref name="samples"/> samples, in parallel, and counts; that they can be read is thereby checked.</summary>
    /// <exception cref="InputException">A sample can't be read; file and entry are named.</exception>
    public static DatasetStatistics Count(ISampleSource source, int samples, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        int classes = source.Layout?.Count ?? 0, pixels = source.Size * source.Size, done = 0;
        DatasetStatistics total = new(Math.Min(samples, source.Count), new long[classes], new int[classes]);
        Lock gate = new();
        Parallel.For(0, total.Samples, new ParallelOptions { CancellationToken = stop },
            () => (Rgb: new byte[3 * pixels], Labels: new byte[source.Layout is null ? 0 : pixels]),
            (index, _, buffers) =>
            {
                source.Read(index, buffers.Rgb, buffers.Labels);
                long[] counts = new long[classes];
                foreach (byte label in buffers.Labels) counts[label]++;
                lock (gate)
                {
                    for (int k = 0; k < classes; k++)
                    {
                        total.ClassPixels[k] += counts[k];
                        total.ClassImages[k] += counts[k] > 0 ? 1 : 0;
                    }
                    progress?.Report(new WorkProgress("reading", ++done, total.Samples));
                }
                return buffers;
            }, _ => { });
        return total;
    }
}

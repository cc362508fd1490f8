using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Data.Import;

/// <summary>Makes a <see cref="DatasetArchive"/> of any source of samples.</summary>
public static class DatasetImport
{
    // Samples prepared side by side before they are written in order.
    private const int Chunk = 64;

    /// <summary>Prepares all samples in parallel and writes them in order; the file appears whole or not at all.</summary>
    /// <param name="source">The samples; what an <see cref="IRawSamples"/> complains about counts as well.</param>
    /// <param name="path">The archive to write.</param>
    /// <param name="skipBad">Whether samples with problems are left out; otherwise all are looked at, and then nothing is written.</param>
    /// <param name="progress">Told about samples done.</param>
    /// <param name="stop">Cancels; nothing is written then.</param>
    /// <returns>How many samples were written, and the problems of those that were left out.</returns>
    /// <exception cref="DatasetProblemsException">Some samples can't be used (or, when skipping, all).</exception>
    /// <exception cref="InputException">The archive can't be written.</exception>
    public static (int Written, IReadOnlyList<string> Problems) Write(
        ISampleSource source, string path, bool skipBad = false, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        List<string> problems = [.. (source as IRawSamples)?.Problems ?? []];
        int written = 0;
        DatasetArchiveWriter.Write(path, source.Layout, source.Size, source.Description, writer =>
        {
            for (int start = 0; start < source.Count; start += Chunk)
            {
                foreach ((DatasetArchiveWriter.EncodedSample? sample, string? problem) in Prepare(source, start, writer, stop))
                {
                    if (problem is not null) problems.Add(problem);
                    else if (skipBad || problems.Count == 0) writer.Add(sample!);
                }
                progress?.Report(new WorkProgress("preparing", Math.Min(start + Chunk, source.Count), source.Count));
            }
            written = writer.Count;
            if (problems.Count > 0 && (!skipBad || written == 0))
                throw new DatasetProblemsException(
                    $"{path}: not written, {problems.Count} {(problems.Count == 1 ? "problem" : "problems")} in the source{(skipBad ? " and no sample is left" : "; mend them, or leave such samples out with --skip-bad")}.", problems);
        });
        return (written, problems);
    }

    private static (DatasetArchiveWriter.EncodedSample? Sample, string? Problem)[] Prepare(ISampleSource source, int start, DatasetArchiveWriter writer, CancellationToken stop)
    {
        int pixels = source.Size * source.Size;
        var prepared = new (DatasetArchiveWriter.EncodedSample?, string?)[Math.Min(Chunk, source.Count - start)];
        Parallel.For(0, prepared.Length, new ParallelOptions { CancellationToken = stop }, i =>
        {
            byte[] rgb = new byte[3 * pixels], labels = new byte[source.Layout is null ? 0 : pixels];
            try
            {
                source.Read(start + i, rgb, labels);
                prepared[i] = (writer.Encode(rgb, labels, (source as IRawSamples)?.NameOf(start + i)), null);
            }
            catch (InputException e)
            {
                prepared[i] = (null, e.Message);
            }
        });
        return prepared;
    }
}

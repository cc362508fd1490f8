namespace SemanticStyleGan.Data;

/// <summary>Keeps decoded samples in memory after they were first read, so that training on a small set never waits for decoding or drawing.</summary>
public sealed class SampleCache : ISampleSource
{
    /// <summary>Up to this many bytes of decoded samples are kept unless told otherwise: 2 GB.</summary>
    public const long StandardLimit = 2L << 30;

    private readonly ISampleSource _source;
    private readonly byte[]?[] _samples;

    private SampleCache(ISampleSource source) => (_source, _samples) = (source, new byte[source.Count][]);

    /// <inheritdoc/>
    public SemanticLayout? Layout => _source.Layout;

    /// <inheritdoc/>
    public int Size => _source.Size;

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public string Description => _source.Description;

    /// <summary>The source behind a cache if all its samples fit into <paramref name="limitBytes"/>, else the source itself.</summary>
    public static ISampleSource Around(ISampleSource source, long limitBytes = StandardLimit) =>
        source is not SampleCache && SampleBytes(source) * source.Count <= limitBytes ? new SampleCache(source) : source;

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        byte[]? sample = Volatile.Read(ref _samples[index]);
        if (sample is null)
        {
            // Two threads may read the same sample at the same time; they get the same bytes.
            sample = new byte[SampleBytes(this)];
            _source.Read(index, sample.AsSpan(0, rgb.Length), sample.AsSpan(rgb.Length));
            Volatile.Write(ref _samples[index], sample);
        }
        sample.AsSpan(0, rgb.Length).CopyTo(rgb);
        sample.AsSpan(rgb.Length).CopyTo(labels);
    }

    private static long SampleBytes(ISampleSource source) => (source.Layout is null ? 3L : 4L) * source.Size * source.Size;
}

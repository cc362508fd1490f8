using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace SemanticStyleGan.Data;

/// <summary>
/// Gives training its batches: a background thread reads ahead, decoding a batch's samples in parallel. What a batch holds depends only on
/// the source, the order and the position, never on timing. Use it from one thread.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private readonly ISampleSource _source;
    private readonly SampleOrder _order;
    private readonly BatchLoaderOptions _options;
    private Reader? _reader;

    /// <summary>A loader at position 0. The source is not disposed with it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options contradict themselves.</exception>
    public BatchLoader(ISampleSource source, BatchLoaderOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Ahead, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Rank, options.Ranks);
        _source = SampleCache.Around(source, options.CacheBytes);
        _order = new SampleOrder(source.Count, options.Seed, options.Weights);
        _options = options;
    }

    /// <summary>How many images all ranks have seen before the next batch.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to a position: a run that has seen so many images (over all ranks) continues there.</summary>
    public void Seek(long imagesSeen)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(imagesSeen);
        _reader?.Dispose();
        (_reader, Position) = (null, imagesSeen);
    }

    /// <summary>The next batch; its tensors belong to the caller's dispose scope, or the caller disposes them.</summary>
    /// <exception cref="InputException">A sample can't be read; file and entry are named.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public Batch Next(CancellationToken stop = default)
    {
        _reader ??= new Reader(_source, _order, _options, Position);
        Samples samples = _reader.Take(stop);
        int count = _options.BatchSize, size = _source.Size;
        // `tensor` copies, so the buffers can be filled again.
        Tensor image = tensor(samples.Image, [count, 3, size, size]);
        Tensor? labels = samples.Labels is null ? null : tensor(samples.Labels, [count, size, size]);
        Batch batch = new(image, labels, Position);
        _reader.Recycle(samples);
        Position += (long)count * _options.Ranks;
        return batch;
    }

    /// <summary>Stops reading ahead.</summary>
    public void Dispose() => _reader?.Dispose();

    /// <summary>One batch's values before they become tensors: image [N, 3, R, R], labels [N, R, R].</summary>
    private sealed record Samples(float[] Image, long[]? Labels);

    /// <summary>Reads batches from a position on until it is disposed.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly ISampleSource _source;
        private readonly SampleOrder _order;
        private readonly BatchLoaderOptions _options;
        private readonly BlockingCollection<Samples> _ready;
        private readonly ConcurrentBag<Samples> _free = [];
        private readonly CancellationTokenSource _stop = new();
        private readonly Thread _thread;
        private Exception? _failure;

        internal Reader(ISampleSource source, SampleOrder order, BatchLoaderOptions options, long position)
        {
            (_source, _order, _options) = (source, order, options);
            _ready = new BlockingCollection<Samples>(options.Ahead);
            _thread = new Thread(() => Run(position)) { IsBackground = true, Name = "Batch loader" };
            _thread.Start();
        }

        internal Samples Take(CancellationToken stop)
        {
            if (_ready.TryTake(out Samples? samples, Timeout.Infinite, stop)) return samples;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure!);
            throw null!;
        }

        internal void Recycle(Samples samples) => _free.Add(samples);

        public void Dispose()
        {
            _stop.Cancel();
            _thread.Join();
            _ready.Dispose();
            _stop.Dispose();
        }

        private void Run(long position)
        {
            try
            {
                for (; ; position += (long)_options.BatchSize * _options.Ranks) _ready.Add(Fill(position), _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
            catch (Exception e)
            {
                _failure = e is AggregateException { InnerException: { } inner } ? inner : e;
                _ready.CompleteAdding();
            }
        }

        private Samples Fill(long position)
        {
            int count = _options.BatchSize, pixels = _source.Size * _source.Size;
            if (!_free.TryTake(out Samples? samples))
                samples = new Samples(new float[3 * pixels * count], _source.Layout is null ? null : new long[pixels * count]);
            ParallelOptions parallel = new() { CancellationToken = _stop.Token, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, count, parallel, i => FillOne(samples, i, position + _options.Rank + (long)i * _options.Ranks));
            return samples;
        }

        private void FillOne(Samples samples, int slot, long position)
        {
            int size = _source.Size, pixels = size * size;
            byte[] sample = System.Buffers.ArrayPool<byte>.Shared.Rent(4 * pixels);
            Span<byte> rgb = sample.AsSpan(0, 3 * pixels), labels = sample.AsSpan(3 * pixels, samples.Labels is null ? 0 : pixels);
            _source.Read(_order.IndexAt(position), rgb, labels);
            bool mirrored = _options.Mirror && _order.IsMirroredAt(position);
            Span<float> image = samples.Image.AsSpan(3 * pixels * slot, 3 * pixels);
            for (int at = 0; at < pixels; at++)
            {
                // Left and right eyes, ears and so on are one class each: mirroring needs no renaming.
                int from = mirrored ? at - at % size + (size - 1 - at % size) : at;
                for (int channel = 0; channel < 3; channel++) image[channel * pixels + at] = rgb[3 * from + channel] / 127.5f - 1;
                if (samples.Labels is not null) samples.Labels[pixels * slot + at] = labels[from];
            }
            System.Buffers.ArrayPool<byte>.Shared.Return(sample);
        }
    }
}

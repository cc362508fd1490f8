using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// The random numbers of one phase for one slice of the batch. Every sample has a stream of its own, drawn from the seed, its position (images
/// seen before it, over all ranks) and the phase: what a sample gets depends neither on ranks nor on micro-batches, and a resumed run goes on exactly.
/// </summary>
internal sealed class SampleRandom : IDisposable
{
    private readonly ulong[] seeds;
    private readonly Generator?[] samples;
    private readonly SplitMix64 sharedStart;
    private SplitMix64 shared;

    /// <summary>The numbers of a slice.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="imagesSeen">Images seen before the batch.</param>
    /// <param name="phase">Which phase of the iteration.</param>
    /// <param name="slice">The slice.</param>
    internal SampleRandom(long seed, long imagesSeen, int phase, BatchSlice slice)
    {
        long Stream(long position) => (long)(new SplitMix64(seed, position).Next() >> 1);
        seeds = [.. Enumerable.Range(0, slice.SamplesOf(slice.Batch))
            .Select(i => new SplitMix64(Stream(imagesSeen + slice.Index + (long)i * slice.Count), phase).Next() >> 1)];
        samples = new Generator?[seeds.Length];
        shared = sharedStart = new SplitMix64(Stream(imagesSeen), ~phase);
    }

    /// <summary>Begins again: the same numbers come in the same order.</summary>
    internal void Restart()
    {
        Dispose();
        shared = sharedStart;
    }

    /// <summary>A number in [0, 1) that is the same for the whole batch.</summary>
    internal double Shared() => (shared.Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Standard normal numbers <c>[count, shape…]</c> for the slice's first samples, on the CPU.</summary>
    internal Tensor Normal(int count, params ReadOnlySpan<long> shape) => Draw(count, shape, static (values, generator) => values.normal_(0, 1, generator));

    /// <summary>Uniform numbers in [0, 1) <c>[count, shape…]</c> for the slice's first samples, on the CPU.</summary>
    internal Tensor Uniform(int count, params ReadOnlySpan<long> shape) => Draw(count, shape, static (values, generator) => values.uniform_(0, 1, generator));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Generator? sample in samples) sample?.Dispose();
        Array.Clear(samples);
    }

    private Tensor Draw(int count, ReadOnlySpan<long> shape, Func<Tensor, Generator, Tensor> fill)
    {
        Tensor all = empty([count, .. shape]);
        for (int i = 0; i < count; i++)
        {
            using Tensor one = all.select(0, i);
            fill(one, samples[i] ??= new Generator(seeds[i]));
        }
        return all;
    }
}

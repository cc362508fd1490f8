using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Samples of a model with their codes and the encoder's present guess of them. Drawing one costs nothing, making one a synthesis: so they are kept,
/// a few are replaced at each step, and a few guesses brought up to date.
/// </summary>
internal sealed class SamplePool : IDisposable
{
    private readonly SemanticModel model;
    private readonly Generator random;
    private readonly Tensor[] stored; // images, codes, and the guess: codes, image, coarse mask; [size, ...]
    private readonly long size;
    private long next;

    internal SamplePool(SemanticModel model, long size, Generator random)
    {
        (this.model, this.size, this.random) = (model, size, random);
        using DisposeScope scope = NewDisposeScope();
        Guess mean = Guess.Mean(model, 1);
        stored = [.. new[] { mean.Image, mean.Codes, mean.Codes, mean.Image, mean.CoarseMask }.Select(t => empty([size, .. t.shape[1..]], device: t.device).DetachFromDisposeScope())];
    }

    /// <summary>How many samples there are; it grows up to the pool's size.</summary>
    internal long Count { get; private set; }

    /// <summary>Makes new samples, in place of the oldest once the pool is full.</summary>
    internal void Renew(int count)
    {
        if (count == 0) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = RandomCodes(count);
        Guess mean = Guess.Mean(model, count);
        Store(remainder(arange(Constant(next), Constant(next + count), Constant(1)), Constant(size)), [model.Generator.Synthesize(codes).Image, codes, mean.Codes, mean.Image, mean.CoarseMask]);
        next = (next + count) % size;
        Count = Math.Min(size, Count + count);
    }

    /// <summary>Draws samples: where they are, their pictures, their codes and the present guesses.</summary>
    internal (Tensor Rows, Tensor Images, Tensor Codes, Guess Guess) Draw(int count)
    {
        Tensor rows = randint(0, Count, [count], ScalarType.Int64, generator: random);
        Tensor[] drawn = [.. stored.Select(t => t.index_select(0, rows.to(t.device)))];
        return (rows, drawn[0], drawn[1], new Guess(drawn[2], drawn[3], drawn[4]));
    }

    /// <summary>Takes what the encoder makes of the guesses of some samples as their guesses.</summary>
    internal void Advance(Tensor rows, Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        GeneratorOutput output = model.Generator.Synthesize(codes);
        Store(rows, [null, null, codes, output.Image, output.CoarseMask]);
    }

    public void Dispose()
    {
        foreach (Tensor t in stored) t.Dispose();
    }

    private void Store(Tensor rows, Tensor?[] values)
    {
        for (int i = 0; i < stored.Length; i++)
            if (values[i] is { } value) stored[i].index_copy_(0, rows.to(stored[i].device), value.contiguous());
    }

    // As in training: parts of two samples mixed in half of the cases; truncated by 0.7 to 1.
    private Tensor RandomCodes(int count)
    {
        Tensor W() => model.Generator.Map(randn([count, model.Config.StyleSize], generator: random).to(model.Generator.Device));
        Tensor first = W(), second = where(rand([count, 1], generator: random).to(first.device).lt(Constant(0.5)), W(), first);
        Tensor choice = randint(0, 3, [count, model.Config.Parts], generator: random).to(first.device);
        Tensor strength = (rand([count, 1, 1], generator: random) * Constant(0.3) + Constant(0.7)).to(first.device);
        return lerp(model.MeanLatent, model.Generator.Latents.Mix(first, second, choice), strength);
    }
}

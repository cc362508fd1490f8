using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// Makes pictures with a model: codes from seeds, truncation, synthesis in batches. One seed is one picture: picture i of a batch
/// with seed s is the picture of seed s + i.
/// </summary>
/// <param name="model">The model; the caller keeps owning it.</param>
public sealed class Synthesizer(SemanticModel model)
{
    private const int BatchSize = 8;

    /// <summary>The model.</summary>
    public SemanticModel Model => model;

    /// <summary>w <c>[count, D]</c> of the seeds <paramref name="seed"/>, <paramref name="seed"/> + 1, …</summary>
    /// <param name="seed">The first picture's seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="truncation">0 (the mean picture) to 1 (all variety).</param>
    public Tensor Codes(long seed, int count, double truncation = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor z = cat([.. Enumerable.Range(0, count).Select(i => Normal(seed + i, 1, model.Config.StyleSize))]).to(model.Generator.Device);
        return LatentCode.Truncate(model.Generator.Map(z), model.MeanLatent, truncation).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Synthesises codes batch by batch: w <c>[N, D]</c>, W+ <c>[N, base + 2K, D]</c> or per-layer codes <c>[N, K·L, D]</c>. Each batch is given to
    /// <paramref name="use"/> with the index of its first picture, and freed after it.
    /// </summary>
    /// <param name="codes">The codes.</param>
    /// <param name="use">Takes the pictures.</param>
    /// <param name="noiseSeed">Seed of random noise maps, a different one for each picture; null for the stored maps.</param>
    /// <param name="stop">Cancels between batches.</param>
    public void Synthesize(Tensor codes, Action<int, GeneratorOutput> use, long? noiseSeed = null, CancellationToken stop = default) =>
        Synthesize(codes, use, (first, count) => noiseSeed is { } seed ? new() { Noise = Noise(seed + first, count) } : new(), stop);

    /// <summary>Synthesises codes batch by batch as <see cref="Synthesize(Tensor, Action{int, GeneratorOutput}, long?, CancellationToken)"/> does, with more than codes.</summary>
    /// <param name="codes">w, W+ or per-layer codes.</param>
    /// <param name="use">Takes the pictures.</param>
    /// <param name="input">What is given to the batch that begins with an index and has a count.</param>
    /// <param name="stop">Cancels between batches.</param>
    public void Synthesize(Tensor codes, Action<int, GeneratorOutput> use, Func<int, int, SynthesisInput> input, CancellationToken stop = default)
    {
        using IDisposable _ = no_grad();
        for (int first = 0; first < codes.shape[0]; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int count = (int)Math.Min(BatchSize, codes.shape[0] - first);
            use(first, model.Prepared.Synthesize(codes.narrow(0, first, count).to(model.Generator.Device), input(first, count)));
        }
    }

    /// <summary>Synthesises codes with the stored noise maps to 8-bit pictures, in their order.</summary>
    /// <param name="codes">w, W+ or per-layer codes.</param>
    /// <param name="progress">Counts pictures.</param>
    /// <param name="stop">Cancels between batches.</param>
    public IReadOnlyList<Picture> Pictures(Tensor codes, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        List<Picture> pictures = [];
        Pictures(codes, pictures.Add, progress, stop: stop);
        return pictures;
    }

    /// <summary>Synthesises codes to 8-bit pictures, which are given to <paramref name="use"/> one by one in their order.</summary>
    /// <param name="codes">w, W+ or per-layer codes.</param>
    /// <param name="use">Takes a picture.</param>
    /// <param name="progress">Counts pictures.</param>
    /// <param name="input">What else is given to the batch that begins with an index and has a count; nothing where null.</param>
    /// <param name="stop">Cancels between batches.</param>
    public void Pictures(Tensor codes, Action<Picture> use, IProgress<WorkProgress>? progress = null, Func<int, int, SynthesisInput>? input = null, CancellationToken stop = default) =>
        Synthesize(codes, (first, output) =>
        {
            foreach ((RgbImage image, LabelMap labels) in ImageTensors.ToPictures(output.Image).Zip(MaskTensors.ToLabels(output.Mask))) use(new Picture(image, labels));
            progress?.Report(new WorkProgress("synthesising", first + output.Image.shape[0], codes.shape[0]));
        }, input ?? ((_, _) => new()), stop);

    private IReadOnlyList<Tensor> Noise(long seed, int count)
    {
        IReadOnlyList<Tensor>[] each = [.. Enumerable.Range(0, count).Select(i => model.Generator.RandomNoise(1, new Generator((ulong)(seed + i))))];
        return [.. Enumerable.Range(0, each[0].Count).Select(layer => cat([.. each.Select(maps => maps[layer])]))];
    }

    private static Tensor Normal(long seed, params long[] shape) => randn(shape, generator: new Generator((ulong)seed));
}

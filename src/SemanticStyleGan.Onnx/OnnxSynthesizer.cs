using SemanticStyleGan.Editing;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Onnx;

/// <summary>
/// Makes and edits pictures; the methods are called as the commands of <c>semantic-stylegan</c>. Seeds give the pictures that the commands give.
/// </summary>
/// <param name="model">The model; the caller keeps owning it.</param>
public sealed class OnnxSynthesizer(OnnxModel model)
{
    private const int BatchSize = 8;
    private readonly PartCoordinates mover = new(model.Config);

    /// <summary>The model.</summary>
    public OnnxModel Model => model;

    /// <summary>The codes of the seeds <paramref name="seed"/>, <paramref name="seed"/> + 1, …</summary>
    /// <param name="seed">The first picture's seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="truncation">0 (the mean picture) to 1 (all variety).</param>
    public CodeArray Codes(long seed, int count = 1, double truncation = 0.7)
    {
        if (count < 1) throw new InputException($"{count} pictures, expected at least one.");
        float[] z = [.. Enumerable.Range(0, count).SelectMany(i => SeededNormal.Draw(seed + i, model.Config.StyleSize))];
        return CodeArray.Broadcast(model.Map(z, truncation), model.Config);
    }

    /// <summary><c>generate</c>: a picture for every code.</summary>
    /// <param name="codes">Codes of this model.</param>
    /// <param name="noiseSeed">Seed of new noise maps, a different one for each picture; null for the stored maps.</param>
    /// <param name="progress">Counts pictures.</param>
    /// <param name="stop">Cancels between batches.</param>
    public IReadOnlyList<Picture> Generate(CodeArray codes, long? noiseSeed = null, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        List<Picture> pictures = [];
        for (int first = 0; first < codes.Count; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, codes.Count - first);
            pictures.AddRange(model.Synthesize(codes.Range(first, count), noise: noiseSeed is { } seed ? Noise(seed + first, count) : null).Pictures());
            progress?.Report(new WorkProgress("synthesising", pictures.Count, codes.Count));
        }
        return pictures;
    }

    /// <summary><c>mix</c>: every code of <paramref name="into"/> with parts of every code of <paramref name="from"/>, which vary fastest.</summary>
    /// <param name="from">Where the parts come from.</param>
    /// <param name="into">What they are put into.</param>
    /// <param name="parts">Names with commas, see <see cref="PartSelection.Parse"/>.</param>
    /// <param name="what">Shape, texture or both.</param>
    /// <exception cref="InputException">A name is unknown.</exception>
    public CodeArray Mix(CodeArray from, CodeArray into, string parts, PartCode what = PartCode.Both)
    {
        PartSelection selection = Select(parts, what);
        return CodeArray.Concat([.. Enumerable.Range(0, into.Count).Select(target => into[target].Replace(selection, from))]);
    }

    /// <summary><c>resample</c>: variants of a code with new parts, of the seeds <paramref name="seed"/>, <paramref name="seed"/> + 1, …</summary>
    /// <exception cref="InputException">A name is unknown.</exception>
    public CodeArray Resample(CodeArray code, string parts, long seed, int count, PartCode what = PartCode.Both, double truncation = 0.7) =>
        code.Replace(Select(parts, what), Codes(seed, count, truncation));

    /// <summary><c>interpolate</c>: a smooth walk through codes, from the first to the last; slots that are not chosen stay at the first code.</summary>
    /// <param name="codes">Two or more.</param>
    /// <param name="steps">How many codes the walk has.</param>
    /// <param name="parts">Names with commas, see <see cref="PartSelection.Parse"/>.</param>
    /// <param name="what">Shape, texture or both.</param>
    /// <param name="loop">End where it began.</param>
    /// <exception cref="InputException">A name is unknown, or there are fewer than two codes or steps.</exception>
    public CodeArray Interpolate(CodeArray codes, int steps, string parts = "all", PartCode what = PartCode.Both, bool loop = false)
    {
        if (codes.Count < 2) throw new InputException($"a walk through {codes.Count} codes, expected at least two.");
        return codes[0].Replace(Select(parts, what), (loop ? CodeArray.Concat(codes, codes[0]) : codes).Walk(steps));
    }

    /// <summary><c>edit</c>: codes moved along a direction.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Every command is a member of the synthesizer.")]
    public CodeArray Edit(CodeArray codes, OnnxDirection direction, double strength) => codes.Plus(direction.Step, strength);

    /// <summary><c>transform</c>: pictures of a code with parts moved, each about its own middle.</summary>
    /// <param name="code">One code.</param>
    /// <param name="parts">Names of parts with commas.</param>
    /// <param name="transforms">One picture each.</param>
    /// <exception cref="InputException">A name is unknown, or there are several codes.</exception>
    public IReadOnlyList<Picture> Transform(CodeArray code, string parts, params IReadOnlyList<PartTransform> transforms)
    {
        if (code.Count != 1) throw new InputException($"{code.Count} codes, expected one.");
        int[] indices = [.. parts.Split(',', StringSplitOptions.TrimEntries).Select(model.Layout.IndexOf).Distinct()];
        IReadOnlyDictionary<int, (double, double)> middles = mover.Middles(model.Synthesize(code).CoarseMask);
        return [.. transforms.SelectMany(t => model.Synthesize(code, mover.Create(indices.ToDictionary(p => p, _ => t), middles)).Pictures())];
    }

    /// <summary><c>components</c>: pictures of a code with only some parts, one picture for each list of names.</summary>
    /// <exception cref="InputException">A name is unknown, or there are several codes.</exception>
    public IReadOnlyList<Picture> Components(CodeArray code, params IReadOnlyList<string> parts)
    {
        if (code.Count != 1) throw new InputException($"{code.Count} codes, expected one.");
        return [.. parts.SelectMany(names =>
        {
            float[] on = new float[model.Config.Parts];
            foreach (string name in names.Split(',', StringSplitOptions.TrimEntries)) on[model.Layout.IndexOf(name)] = 1;
            return model.Synthesize(code, compositionMask: on).Pictures();
        })];
    }

    // Each picture's maps are one sequence of random numbers: all have a multiple of 16 pixels, at which libtorch begins anew too.
    private float[][] Noise(long seed, int count)
    {
        int[] starts = [.. model.NoiseSizes.Select((_, i) => model.NoiseSizes.Take(i + 1).Sum(s => s * s)).Prepend(0)];
        float[][] each = [.. Enumerable.Range(0, count).Select(i => SeededNormal.Draw(seed + i, starts[^1]))];
        return [.. model.NoiseSizes.Select((_, map) => each.SelectMany(all => all[starts[map]..starts[map + 1]]).ToArray())];
    }

    private PartSelection Select(string parts, PartCode what) => PartSelection.Parse(parts, what, model.Latents, model.Layout);
}

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
        float[] z = [.. Enumerable.Range(0, count).SelectMany(i => SeededNormal.Draw(seed + i, model.Config.StyleSize))];
        return CodeArray.Broadcast(model.Map(z, truncation), model.Config);
    }

    /// <summary><c>generate</c>: a picture for every code.</summary>
    /// <param name="codes">Codes of this model.</param>
    /// <param name="progress">Counts pictures.</param>
    /// <param name="stop">Cancels between batches.</param>
    public IReadOnlyList<Picture> Generate(CodeArray codes, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        List<Picture> pictures = [];
        for (int first = 0; first < codes.Count; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            pictures.AddRange(model.Synthesize(codes.Range(first, Math.Min(BatchSize, codes.Count - first))).Pictures());
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

    private PartSelection Select(string parts, PartCode what) => PartSelection.Parse(parts, what, model.Latents, model.Layout);
}

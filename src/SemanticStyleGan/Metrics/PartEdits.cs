using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>Edits every part of generated pictures: gives it the shape and texture codes of another sample, or switches it off; and measures what else changes.</summary>
internal sealed class PartEdits(Synthesizer synthesizer, EvaluationOptions options, IFeatures? identity, ProcessGroup group)
{
    private const int BatchSize = 8, ShownPictures = 4;
    private const double LeastCoverage = 0.01;
    private static readonly Target Local = new(0.9, AtMost: false);
    private readonly int parts = synthesizer.Model.Layout.Count;
    private readonly List<Tensor> shown = [];
    private readonly EditLocality redrawn = new(synthesizer.Model.Layout.Count), removed = new(synthesizer.Model.Layout.Count);
    private readonly IdentityDistance? identities = identity is null ? null : new(identity, synthesizer.Model.Layout.Count);

    internal void Run(bool locality, bool composition, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        if (locality || identities is not null) ForBatches(Math.Min(options.Edits, options.Count), "editing parts", Redraw, progress, stop);
        if (composition) ForBatches(Math.Min(options.Compositions, Math.Min(options.Edits, options.Count)), "switching parts off", Remove, progress, stop);
        redrawn.SumOver(group);
        removed.SumOver(group);
        identities?.SumOver(group);
    }

    /// <summary>A row for each part that has one; <paramref name="rates"/> say which parts are large enough for the target.</summary>
    internal IEnumerable<EvaluationRow> Rows(SemanticLayout layout, ClassRates rates)
    {
        double?[] local = [.. Enumerable.Range(0, parts).Select(redrawn.Of)];
        int[] large = [.. Enumerable.Range(0, parts).Where(k => local[k] is not null && rates.PixelsOf(k) > LeastCoverage)];
        if (large.Length > 0) yield return EvaluationRow.Aimed(EvaluationText.LeastLocality, null, large.Min(k => local[k]), null, Local);
        for (int k = 0; k < parts; k++)
        {
            string part = layout.Classes[k].Name;
            if (local[k] is not null) yield return large.Contains(k) ? EvaluationRow.Aimed(EvaluationText.Locality, part, local[k], null, Local) : EvaluationRow.Plain(EvaluationText.Locality, part, local[k]);
            if (removed.Of(k) is { } kept) yield return EvaluationRow.Plain(EvaluationText.Composition, part, kept);
            if (identities?.Of(k) is { } distance) yield return EvaluationRow.Plain(EvaluationText.Identity, part, distance);
        }
    }

    /// <summary>A row of pictures for each of a few samples: itself, then with each part redrawn; null where nothing was.</summary>
    internal RgbImage? Grid(SemanticLayout layout) => shown.Count == 0 ? null
        : ImageGrid.Compose([.. shown.SelectMany(ImageTensors.ToPictures)], layout.Count + 1, scale: Math.Max(1, 96 / synthesizer.Model.Config.ImageSize));

    private void ForBatches(int count, string stage, Action<int, int, Tensor, GeneratorOutput> edit, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        RankShare share = RankShare.Of(group, count);
        for (int first = share.From; first < share.To; first += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int taken = Math.Min(BatchSize, share.To - first);
            Tensor codes = synthesizer.Model.Generator.Latents.Broadcast(synthesizer.Codes(options.Seed + first, taken, options.Truncation));
            edit(first, taken, codes, synthesizer.Model.Prepared.Synthesize(codes));
            progress?.Report(new WorkProgress(stage, first + taken - share.From, share.Count));
        }
    }

    private void Redraw(int first, int taken, Tensor codes, GeneratorOutput before)
    {
        Tensor labels = before.Mask.argmax(1);
        // Beyond the seeds of the pictures themselves, so that no code meets itself.
        Tensor others = synthesizer.Model.Generator.Latents.Broadcast(synthesizer.Codes(options.Seed + options.Count + first, taken, options.Truncation));
        List<Tensor> row = [before.Image];
        for (int k = 0; k < parts; k++)
        {
            using DisposeScope scope = NewDisposeScope();
            LatentCode latents = synthesizer.Model.Generator.Latents;
            PartSelection selection = new([latents.ShapeSlot(k), latents.TextureSlot(k)], synthesizer.Model.Config);
            GeneratorOutput after = synthesizer.Model.Prepared.Synthesize(selection.Replace(codes, others));
            redrawn.Add(k, before.Image, after.Image, labels, after.Mask.argmax(1));
            identities?.Add(k, before.Image, after.Image);
            if (first == 0) row.Add(after.Image.MoveToOuterDisposeScope());
        }
        if (first > 0) return;
        for (int i = 0; i < Math.Min(ShownPictures, taken); i++) shown.Add(stack([.. row.Select(r => r[i])]).DetachFromDisposeScope());
    }

    private void Remove(int first, int taken, Tensor codes, GeneratorOutput before)
    {
        Tensor labels = before.Mask.argmax(1);
        for (int k = 0; k < parts; k++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor present = ones(taken, parts, device: codes.device);
            present[.., k] = 0;
            GeneratorOutput after = synthesizer.Model.Prepared.Synthesize(codes, new SynthesisInput { CompositionMask = present });
            removed.Add(k, before.Image, after.Image, labels, after.Mask.argmax(1));
        }
    }
}

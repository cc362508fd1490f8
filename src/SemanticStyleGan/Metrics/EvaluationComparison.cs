using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>Compares the generated set with a real one, and another real set with it: what two sets of real pictures have is the best that can be reached.</summary>
internal sealed class EvaluationComparison(SemanticLayout layout, EvaluationOptions options, EvaluationNetworks networks, Func<Measure, bool> wants, SampleSet real, SampleSet? other, SampleSet generated)
{
    private const int Seed = 3;
    private static readonly Target
        WassersteinRatio = new(2.5, AtMost: true),
        Rates = new(2, AtMost: true),
        Agreement = new(0.8, AtMost: false),
        Shares = new(0.6, AtMost: false);

    internal IReadOnlyList<EvaluationRow> Rows(IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        (string Name, Func<IEnumerable<EvaluationRow>> Rows)[] steps =
        [
            ("patches", () => wants(Measure.SlicedWasserstein) ? Wasserstein() : []),
            ("class rates", () => wants(Measure.ClassRates) ? Classes() : []),
            ("agreement", () => wants(Measure.Agreement) ? Agreements() : []),
            ("masks", () => wants(Measure.MaskDiversity) ? [Plain(EvaluationText.MaskDiversity, generated.MaskDiversity!.Mean, real.MaskDiversity?.Mean)] : []),
            ("variety", () => wants(Measure.Diversity) ? [Plain($"perceptual diversity ({networks.Distance!.Name})", generated.Diversity!.Mean, real.Diversity!.Mean)] : []),
            .. generated.Embed.Select(f => (f.Name, (Func<IEnumerable<EvaluationRow>>)(() => Features(f)))),
        ];
        List<EvaluationRow> rows = [];
        for (int i = 0; i < steps.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            rows.AddRange(steps[i].Rows());
            progress?.Report(new WorkProgress("comparing", i + 1, steps.Length, "measures", steps[i].Name));
        }
        return rows;
    }

    private IEnumerable<EvaluationRow> Wasserstein()
    {
        IReadOnlyList<double> distance = generated.Patches!.DistanceTo(real.Patches!);
        IReadOnlyList<double>? best = other?.Patches!.DistanceTo(real.Patches!);
        if (best is not null)
            yield return EvaluationRow.Aimed(EvaluationText.WassersteinRatio, null, distance.Average() / best.Average(), 1, WassersteinRatio);
        yield return Plain("sliced Wasserstein distance × 1000, mean", distance.Average(), best?.Average());
        for (int i = 0; i < distance.Count; i++) yield return Plain($"{EvaluationText.WassersteinLevel} {generated.Patches.Sizes[i]} px", distance[i], best?[i]);
    }

    private IEnumerable<EvaluationRow> Classes()
    {
        (ClassRates made, ClassRates found) = (generated.Rates!, real.Rates!);
        yield return EvaluationRow.Aimed(EvaluationText.WorstRate, null, made.WorstFactor(found, (r, k) => r.Of(k)), other?.Rates!.WorstFactor(found, (r, k) => r.Of(k)), Rates);
        yield return Plain(EvaluationText.WorstPixels, made.WorstFactor(found, (r, k) => r.PixelsOf(k)), other?.Rates!.WorstFactor(found, (r, k) => r.PixelsOf(k)));
        for (int k = 0; k < layout.Count; k++)
        {
            yield return new(EvaluationText.MasksWith, layout.Classes[k].Name, made.Of(k), found.Of(k));
            yield return new(EvaluationText.PixelShare, layout.Classes[k].Name, made.PixelsOf(k), found.PixelsOf(k));
        }
    }

    private IEnumerable<EvaluationRow> Agreements()
    {
        if (generated.Agreement!.IsMatched)
        {
            yield return Plain(EvaluationText.MatchedAgreement, generated.Agreement.Mean);
            yield break;
        }
        yield return EvaluationRow.Aimed(EvaluationText.MeanAgreement, null, generated.Agreement.Mean, real.Agreement?.Mean, Agreement);
        for (int k = 0; k < layout.Count; k++)
            yield return Plain(EvaluationText.Agreement, generated.Agreement.Of(k), real.Agreement?.Of(k), layout.Classes[k].Name);
    }

    private IEnumerable<EvaluationRow> Features(IFeatures network)
    {
        bool fromFile = network is TorchScriptFeatures;
        MeasureConvention convention = fromFile ? options.Convention : MeasureConvention.StyleGan;
        string named = fromFile ? $"{network.Name}, {(convention == MeasureConvention.StyleGan ? "StyleGAN" : "SemanticStyleGAN")} convention" : $"{network.Name} features";
        (Tensor a, Tensor b) = (generated.FeaturesOf(network), real.FeaturesOf(network));
        Tensor? c = other?.FeaturesOf(network);
        if (wants(Measure.Frechet))
            yield return Plain($"{(fromFile ? "FID" : "Fréchet distance")} ({named})", FrechetDistance.Between(a, b, convention), c is null ? null : FrechetDistance.Between(c, b, convention));
        if (wants(Measure.Kernel))
        {
            (double mean, double deviation) = KernelDistance.OfSubsets(a, b, Seed);
            string kernel = $"{(fromFile ? "KID" : "kernel distance")} ({named})";
            yield return Plain($"{kernel}, {KernelDistance.Subsets} subsets", mean, c is null ? null : KernelDistance.OfSubsets(c, b, Seed).Mean);
            yield return Plain($"{kernel}, deviation of subsets", deviation);
            yield return Plain($"{kernel}, all pictures", KernelDistance.OfAll(a, b), c is null ? null : KernelDistance.OfAll(c, b));
        }
        if (wants(Measure.PrecisionRecall))
        {
            PrecisionRecall found = PrecisionRecall.Of(b, a);
            PrecisionRecall? best = c is null ? null : PrecisionRecall.Of(b, c);
            yield return EvaluationRow.Aimed($"precision ({named})", null, found.Precision, best?.Precision, Shares);
            yield return EvaluationRow.Aimed($"recall ({named})", null, found.Recall, best?.Recall, Shares);
        }
        if (wants(Measure.InceptionScore) && generated.ProbabilitiesOf(network) is { } probabilities)
        {
            (double mean, double deviation) = InceptionScore.Of(probabilities);
            yield return Plain($"inception score ({network.Name})", mean);
            yield return Plain($"inception score ({network.Name}), deviation of splits", deviation);
        }
    }

    private static EvaluationRow Plain(string measure, double? value, double? reference = null, string? part = null) => EvaluationRow.Plain(measure, part, value, reference);
}

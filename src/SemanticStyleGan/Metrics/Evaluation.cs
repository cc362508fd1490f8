using System.Diagnostics;
using System.Text.Json.Nodes;
using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// Measures a model against data: streams two disjoint sets of real pictures and one of generated ones through what is measured, edits parts of
/// generated ones, and compares. Pictures are not kept.
/// </summary>
/// <param name="synthesizer">Makes the pictures.</param>
/// <param name="data">Real pictures, which the model should not have been trained with.</param>
/// <param name="networks">What is there to measure with; the caller keeps owning them.</param>
/// <param name="options">What is measured, and on how much.</param>
/// <param name="cached">Reads and writes features of real pictures, by their fingerprint; null for no cache. Of several ranks only the first one's is used.</param>
/// <param name="group">Ranks that share the pictures; each opens the same model, data and networks and gets the same report.</param>
public sealed class Evaluation(Synthesizer synthesizer, ISampleSource data, EvaluationNetworks networks, EvaluationOptions options, (StatisticsCache Cache, string Data)? cached = null, ProcessGroup? group = null)
{
    private const int BatchSize = RankShare.Unit;
    private const long DataSeed = 1, PatchSeed = 7, RealPatchSeed = 11, OtherPatchSeed = 13;
    private readonly ProcessGroup group = group ?? ProcessGroup.Alone;
    private readonly List<string> leftOut = [];
    private readonly Dictionary<string, RgbImage> grids = [];
    private SemanticLayout Layout => synthesizer.Model.Layout;

    /// <summary>Grids to look at, by file name, after <see cref="Run"/>; on rank 0.</summary>
    public IReadOnlyDictionary<string, RgbImage> Grids => grids;

    private bool HasMasks => data.Layout is not null && data.Layout.Count == Layout.Count && !Layout.IsFound;

    /// <summary>Does all of it.</summary>
    /// <exception cref="InputException">The data have another size than the model, are too few, or can't be read; or nothing that was asked for can be measured.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationReport Run(IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Stopwatch clock = Stopwatch.StartNew();
        CheckInput();
        int real = options.AllReal ? data.Count : Math.Min(options.Count, data.Count / 2);
        if (!options.AllReal && real < options.Count) leftOut.Add($"real sets have {real:N0} pictures, not {options.Count:N0}: the data have {data.Count:N0}, and two disjoint sets are compared");
        using SampleSet first = NewSet(real, RealPatchSeed, isReal: true), other = NewSet(real, OtherPatchSeed, isReal: true), generated = NewSet(options.Count, PatchSeed, isReal: false);
        ReadReal(first, 0, real, "reading real pictures", progress, stop);
        if (!options.AllReal) ReadReal(other, real, real, "reading other real pictures", progress, stop);
        Generate(generated, progress, stop);
        PartEdits edits = new(synthesizer, options, Wants(Measure.Identity) ? networks.Identity : null, group);
        edits.Run(Wants(Measure.Locality), Wants(Measure.Composition), progress, stop);
        double? pathLength = Wants(Measure.PathLength)
            ? PerceptualPathLength.Of(synthesizer, networks.Distance!, Math.Min(options.PathLines, options.Count), options.Seed, options.Truncation, group, progress, stop)
            : null;

        EvaluationComparison comparison = new(Layout, options, networks, Wants, first, options.AllReal ? null : other, generated);
        IReadOnlyList<EvaluationRow> rows = [.. comparison.Rows(progress, stop), .. edits.Rows(Layout, generated.Rates!), .. PathRow(pathLength)];
        if (group.IsFirst) Show(first, generated, edits);
        long? seen = synthesizer.Model.Provenance["imagesSeen"] is JsonValue value && value.TryGetValue(out long images) ? images : null;
        return new EvaluationReport(synthesizer.Model.Fingerprint, seen, data.Description, networks.Parser is { } parser ? Networks.Weights.Fingerprint(parser.Network) : null,
            options.Count, real, options, rows, leftOut, clock.Elapsed.TotalSeconds);
    }

    private void CheckInput()
    {
        int size = synthesizer.Model.Config.ImageSize;
        if (data.Size != size) throw new InputException($"{data.Description}: pictures of {data.Size} pixels, the model's have {size}; expected the same size.");
        int least = Math.Max(InceptionScore.Splits, PrecisionRecall.Neighbour + 1);
        if (options.Count < least || data.Count < 2 * least) throw new InputException($"{options.Count} generated and {data.Count} real pictures, expected at least {least} and {2 * least}.");
        foreach (Measure measure in options.Measures)
            if (Obstacle(measure) is { } obstacle)
                leftOut.Add($"{measure}: {obstacle}");
        if (!options.Measures.Any(Wants)) throw new InputException($"nothing can be measured: {string.Join("; ", leftOut)}.");
    }

    private bool Wants(Measure measure) => options.Measures.Contains(measure) && Obstacle(measure) is null;

    private string? Obstacle(Measure measure) => measure switch
    {
        Measure.SlicedWasserstein when data.Size < 16 => "needs pictures of at least 16 pixels",
        Measure.ClassRates when !HasMasks => "needs data with masks of the model's classes",
        Measure.Frechet or Measure.Kernel or Measure.PrecisionRecall when networks.Features.Count == 0 => "needs features: a parser or --features",
        Measure.InceptionScore when !networks.Features.Any(f => f is TorchScriptFeatures) => "needs the TorchScript file of a network with classes, --features",
        Measure.Agreement when networks.Parser is null => "needs a parser, --parser",
        Measure.PathLength or Measure.Diversity when networks.Distance is null => "needs a perceptual distance: a parser or --lpips",
        Measure.Identity when networks.Identity is null => "needs the TorchScript file of a face recognition network, --identity",
        _ => null,
    };

    private SampleSet NewSet(int count, long seed, bool isReal) => new()
    {
        Patches = Wants(Measure.SlicedWasserstein) ? new SlicedWasserstein(data.Size, count, seed) : null,
        Rates = !isReal || HasMasks ? new ClassRates(Layout.Count) : null,
        Agreement = Wants(Measure.Agreement) && (!isReal || HasMasks) ? new MaskAgreement(networks.Parser!, Layout.IsFound ? Layout.Count : null) : null,
        MaskDiversity = Wants(Measure.MaskDiversity) && (!isReal || HasMasks) ? new MaskDiversity(Layout.Count) : null,
        Diversity = Wants(Measure.Diversity) ? new PerceptualDiversity(networks.Distance!) : null,
        Embed = Wants(Measure.Frechet) || Wants(Measure.Kernel) || Wants(Measure.PrecisionRecall) || Wants(Measure.InceptionScore) ? networks.Features : [],
        Classify = !isReal && Wants(Measure.InceptionScore),
    };

    private void ReadReal(SampleSet set, int from, int count, string stage, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        Dictionary<IFeatures, string> missing = set.TakeKnown(cached, $"pictures {from} to {from + count} of order {DataSeed}", group);
        RankShare share = RankShare.Of(group, count);
        using BatchLoader loader = new(data, new BatchLoaderOptions { BatchSize = BatchSize, Seed = DataSeed, CacheBytes = 0 });
        loader.Seek(from + share.From);
        set.Patches?.Skip(share.From);
        for (int done = 0; done < share.Count; done += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            Batch batch = loader.Next(stop);
            int taken = Math.Min(BatchSize, share.Count - done);
            set.Add(batch.Image[..taken], HasMasks ? batch.Labels?[..taken] : null);
            progress?.Report(new WorkProgress(stage, done + taken, share.Count));
        }
        set.Gather(group);
        if (!group.IsFirst) return;
        foreach ((IFeatures network, string key) in missing) cached?.Cache.Write(key, set.FeaturesOf(network));
    }

    private void Generate(SampleSet set, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        Tensor codes = synthesizer.Codes(options.Seed, options.Count, options.Truncation);
        RankShare share = RankShare.Of(group, options.Count);
        set.Patches?.Skip(share.From);
        synthesizer.Synthesize(codes[share.From..share.To], (first, output) =>
        {
            Tensor eightBits = (output.Image * Constant(127.5) + Constant(128)).floor().clamp(Constant(0), Constant(255)) / Constant(127.5) - Constant(1);
            set.Add(eightBits, output.Mask.argmax(1));
            progress?.Report(new WorkProgress("generating", first + output.Image.shape[0], share.Count));
        }, stop: stop);
        set.Gather(group);
    }

    private IEnumerable<EvaluationRow> PathRow(double? length) => length is null ? [] : [EvaluationRow.Plain($"perceptual path length in W ({networks.Distance!.Name})", null, length)];

    private void Show(SampleSet real, SampleSet generated, PartEdits edits)
    {
        grids["generated.png"] = Grid(generated);
        grids["real.png"] = Grid(real);
        if (edits.Grid(Layout) is { } shown) grids["edits.png"] = shown;
    }

    // Picture, mask and what the parser reads, three samples a row.
    private RgbImage Grid(SampleSet set) => ImageGrid.Compose(
        [.. set.Shown.SelectMany(s => new[] { s.Picture, Paint(s.Mask, Layout), Paint(s.Reading, networks.Parser?.Layout ?? Layout) }).OfType<RgbImage>()],
        columns: 4 * (1 + (set.Shown[0].Mask is null ? 0 : 1) + (set.Shown[0].Reading is null ? 0 : 1)), scale: Math.Max(1, 128 / data.Size));

    private static RgbImage? Paint(LabelMap? mask, SemanticLayout layout) => mask is null ? null : MaskColors.Paint(mask, layout);
}

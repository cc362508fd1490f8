using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>What is kept of a set of pictures that stream by: patches, counts, features, and a few pictures to show; not the pictures themselves.</summary>
internal sealed class SampleSet : IDisposable
{
    private const int MostShown = 24;
    private IReadOnlyList<IFeatures>? unknown;
    private readonly Dictionary<IFeatures, List<Tensor>> features = [], probabilities = [];

    /// <summary>Patches, if wanted.</summary>
    internal SlicedWasserstein? Patches { get; init; }

    /// <summary>Counts of classes, where there are masks.</summary>
    internal ClassRates? Rates { get; init; }

    /// <summary>Agreement of masks and pictures, if wanted.</summary>
    internal MaskAgreement? Agreement { get; init; }

    /// <summary>Variety of masks, if wanted and where there are masks.</summary>
    internal MaskDiversity? MaskDiversity { get; init; }

    /// <summary>Variety, if wanted.</summary>
    internal PerceptualDiversity? Diversity { get; init; }

    /// <summary>Networks whose features are kept.</summary>
    internal IReadOnlyList<IFeatures> Embed { get; init; } = [];

    /// <summary>Whether class probabilities are kept too.</summary>
    internal bool Classify { get; init; }

    /// <summary>The first pictures with their masks and with what the parser reads in them.</summary>
    internal List<(RgbImage Picture, LabelMap? Mask, LabelMap? Reading)> Shown { get; } = [];

    /// <summary>Adds pictures [N, 3, R, R] of 8-bit values in [-1, 1], and their masks [N, R, R] of int64 where they have some.</summary>
    internal void Add(Tensor pictures, Tensor? labels)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Patches?.Add(pictures);
        Diversity?.Add(pictures);
        foreach (IFeatures network in unknown ?? Embed) Keep(features, network, network.Embed(pictures));
        if (Classify)
            foreach (IFeatures network in Embed)
                if (network.Classify(pictures) is { } classes)
                    Keep(probabilities, network, classes);
        if (labels is not null)
        {
            Rates?.Add(labels);
            MaskDiversity?.Add(labels);
        }
        Tensor? reading = labels is null ? null : Agreement?.Add(pictures, labels);
        Show(pictures, labels, reading);
    }

    /// <summary>The features [N, D] of the pictures so far.</summary>
    internal Tensor FeaturesOf(IFeatures network) => Joined(features[network]);

    /// <summary>The class probabilities [N, classes] of the pictures so far; null without any.</summary>
    internal Tensor? ProbabilitiesOf(IFeatures network) => probabilities.TryGetValue(network, out List<Tensor>? kept) ? Joined(kept) : null;

    /// <summary>Takes in what the other ranks have of the set, in their order.</summary>
    internal void Gather(ProcessGroup group)
    {
        if (group.Size == 1) return;
        Patches?.Gather(group);
        Diversity?.SumOver(group);
        Rates?.SumOver(group);
        Agreement?.SumOver(group);
        MaskDiversity?.SumOver(group);
        foreach (Dictionary<IFeatures, List<Tensor>> kept in (Dictionary<IFeatures, List<Tensor>>[])[features, probabilities])
            foreach (IFeatures network in Embed)
            {
                using DisposeScope scope = NewDisposeScope();
                List<Tensor>? own = kept.GetValueOrDefault(network);
                Tensor? all = group.Gather(own is null ? null : cat(own));
                foreach (Tensor piece in own ?? []) piece.Dispose();
                if (all is not null) kept[network] = [all.DetachFromDisposeScope()];
            }
    }

    /// <summary>Takes features that are known from before, so that they are not computed; gives the cache's keys of the others. Rank 0's cache counts for all.</summary>
    internal Dictionary<IFeatures, string> TakeKnown((StatisticsCache Cache, string Data)? cached, string pictures, ProcessGroup group)
    {
        Dictionary<IFeatures, string> missing = [];
        foreach (IFeatures network in Embed)
        {
            string key = $"{cached?.Data}; {pictures}; {network.Fingerprint}";
            Tensor? known = group.IsFirst ? cached?.Cache.Read(key) : null;
            if (known is not null) features[network] = [known.DetachFromDisposeScope()];
            if (group.Sum(known is null ? 0 : 1) == 0) missing[network] = key;
        }
        unknown = [.. missing.Keys];
        return missing;
    }

    public void Dispose()
    {
        Patches?.Dispose();
        MaskDiversity?.Dispose();
        foreach (Tensor tensor in features.Values.Concat(probabilities.Values).SelectMany(t => t)) tensor.Dispose();
    }

    private static void Keep(Dictionary<IFeatures, List<Tensor>> kept, IFeatures network, Tensor rows)
    {
        if (!kept.TryGetValue(network, out List<Tensor>? list)) kept[network] = list = [];
        list.Add(rows.cpu().alias().DetachFromDisposeScope());
    }

    // One tensor instead of many, so that asking again costs nothing.
    private static Tensor Joined(List<Tensor> pieces)
    {
        if (pieces.Count == 1) return pieces[0];
        Tensor joined = cat(pieces).DetachFromDisposeScope();
        foreach (Tensor piece in pieces) piece.Dispose();
        pieces.Clear();
        pieces.Add(joined);
        return joined;
    }

    private void Show(Tensor pictures, Tensor? labels, Tensor? reading)
    {
        int count = (int)Math.Min(MostShown - Shown.Count, pictures.shape[0]);
        if (count == 0) return;
        RgbImage[] images = ImageTensors.ToPictures(pictures[..count]);
        LabelMap[]? masks = labels is null ? null : MaskTensors.ToLabelMaps(labels[..count]), read = reading is null ? null : MaskTensors.ToLabelMaps(reading[..count]);
        for (int i = 0; i < count; i++) Shown.Add((images[i], masks?[i], read?[i]));
    }
}

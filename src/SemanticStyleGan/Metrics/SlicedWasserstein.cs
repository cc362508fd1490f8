using SemanticStyleGan.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// The sliced Wasserstein distance of two sets of pictures, without any network (Karras et al., "Progressive growing of GANs", ICLR 2018, section 5):
/// 7×7 patches of every level of a Laplacian pyramid from 16 pixels up, colours normalised per set, projected on random lines, where the
/// distance of two sets of numbers is that of their sorted values. Small levels compare composition, large ones texture. Lower is better.
/// </summary>
public sealed class SlicedWasserstein : IDisposable
{
    /// <summary>Patches taken of a picture and level; fewer where all together would be more than <see cref="MostPatches"/>.</summary>
    public const int PatchesPerPicture = 128;

    /// <summary>Patches of a level that are compared, so that memory doesn't grow with the number of pictures.</summary>
    public const int MostPatches = 1 << 17;

    private const int Side = 7, SmallestLevel = 16, Projections = 512, ProjectionsAtOnce = 64;
    private readonly int patchesPerPicture;
    private readonly Generator random;
    private readonly List<Tensor>[] patches;
    private ProcessGroup group = ProcessGroup.Alone;

    /// <summary>A set without pictures yet.</summary>
    /// <param name="size">Width and height of the pictures, a power of two from 16.</param>
    /// <param name="count">How many pictures there will be.</param>
    /// <param name="seed">Where patches are taken.</param>
    public SlicedWasserstein(int size, int count, long seed)
    {
        if (size < SmallestLevel || !System.Numerics.BitOperations.IsPow2(size)) throw new InputException($"sliced Wasserstein distance: pictures of {size} pixels, expected a power of two from {SmallestLevel}.");
        Sizes = [.. Enumerable.Range(0, System.Numerics.BitOperations.Log2((uint)(size / SmallestLevel)) + 1).Select(level => size >> level)];
        patchesPerPicture = Math.Clamp(MostPatches / count, 1, PatchesPerPicture);
        random = new Generator((ulong)seed);
        patches = [.. Sizes.Select(_ => new List<Tensor>())];
    }

    /// <summary>The sizes of the pyramid's levels, the largest first.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Takes patches of pictures [N, 3, R, R] in [-1, 1]; the pictures are not kept.</summary>
    public void Add(Tensor pictures)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor level = pictures.to(ScalarType.Float32).cpu();
        for (int i = 0; i < Sizes.Count; i++)
        {
            Tensor smaller = i + 1 < Sizes.Count ? Halve(level) : level;
            patches[i].Add(Take(i + 1 < Sizes.Count ? level - Double(smaller) : level).DetachFromDisposeScope());
            level = smaller;
        }
    }

    /// <summary>Draws the places in pictures that another rank takes, so that those of this rank's are the same on any number of ranks.</summary>
    internal void Skip(long pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (int size in Sizes) Places(size, pictures);
    }

    /// <summary>Takes in the patches of the other ranks, in their order. From now on ranks share the work of <see cref="DistanceTo"/>, which all of them call.</summary>
    internal void Gather(ProcessGroup ranks)
    {
        if (ranks.Size == 1) return;
        using DisposeScope scope = NewDisposeScope();
        group = ranks;
        foreach (List<Tensor> level in patches)
        {
            Tensor? own = level.Count == 0 ? null : cat(level).to(ScalarType.Float32);
            foreach (Tensor piece in level) piece.Dispose();
            level.Clear();
            level.Add(ranks.Gather(own)!.to(ScalarType.Float16).DetachFromDisposeScope());
        }
    }

    /// <summary>The distance to another set, per level (as <see cref="Sizes"/>), times 1000 as it is published.</summary>
    /// <param name="other">A set of pictures of the same size; of more patches, the first are taken.</param>
    /// <param name="seed">Of the projections; the same for every pair that is compared.</param>
    public IReadOnlyList<double> DistanceTo(SlicedWasserstein other, long seed = 0) =>
        [.. Enumerable.Range(0, Sizes.Count).Select(i => 1000 * Distance(patches[i], other.patches[i], new Generator((ulong)seed)))];

    /// <summary>Frees the patches.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in patches.SelectMany(p => p)) tensor.Dispose();
    }

    // Patches [N · patchesPerPicture, 3, 49] at random places.
    private Tensor Take(Tensor level)
    {
        (long count, long size) = (level.shape[0], level.shape[2]);
        Tensor all = level.unfold(2, Side, 1).unfold(3, Side, 1); // [N, 3, places, places, 7, 7], a view
        Tensor picture = arange(Constant(0), Constant(count), Constant(1)).repeat_interleave(patchesPerPicture);
        (Tensor y, Tensor x) = Places(size, count);
        return all.permute(0, 2, 3, 1, 4, 5).index([TensorIndex.Tensor(picture), TensorIndex.Tensor(y), TensorIndex.Tensor(x)]).reshape(-1, 3, Side * Side).to(ScalarType.Float16);
    }

    private (Tensor Y, Tensor X) Places(long size, long pictures)
    {
        long places = size - Side + 1, count = pictures * patchesPerPicture;
        return (randint(places, [count], ScalarType.Int64, generator: random), randint(places, [count], ScalarType.Int64, generator: random));
    }

    private double Distance(List<Tensor> first, List<Tensor> second, Generator random)
    {
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor a, Tensor b) = (cat(first).to(ScalarType.Float32), cat(second).to(ScalarType.Float32));
        long count = Math.Min(a.shape[0], b.shape[0]);
        (a, b) = (Normalise(a.narrow(0, 0, count)), Normalise(b.narrow(0, 0, count)));
        double sum = 0;
        for (int done = 0; done < Projections; done += ProjectionsAtOnce)
        {
            using DisposeScope some = NewDisposeScope();
            Tensor lines = F.normalize(randn([ProjectionsAtOnce, a.shape[1]], generator: random), 2, 1);
            if (done / ProjectionsAtOnce % group.Size != group.Rank) continue;
            Tensor distance = matmul(lines, a.t()).sort(1).Item1 - matmul(lines, b.t()).sort(1).Item1; // [lines, count]
            sum += distance.abs_().mean([1], type: ScalarType.Float64).sum().item<double>();
        }
        return group.Sum(sum) / Projections;
    }

    // Mean 0 and deviation 1 of each colour over the set: [count, 3 · 49].
    private static Tensor Normalise(Tensor patches)
    {
        Tensor centred = patches - patches.mean([0, 2], keepdim: true);
        return (centred / centred.pow(Constant(2)).mean([0, 2], keepdim: true).sqrt().clamp_min(Constant(1e-8))).flatten(1);
    }

    // Burt and Adelson's pyramid: a 5×5 binomial filter before every second pixel is dropped, and after zeros are put between.
    private static Tensor Halve(Tensor pictures) => Filter(pictures, stride: 2, gain: 1);

    private static Tensor Double(Tensor pictures)
    {
        (long n, long size) = (pictures.shape[0], pictures.shape[2]);
        Tensor spread = zeros([n, 3, size, 2, size, 2]);
        spread[.., .., .., 0, .., 0] = pictures;
        return Filter(spread.view(n, 3, 2 * size, 2 * size), stride: 1, gain: 4);
    }

    private static Tensor Filter(Tensor pictures, long stride, double gain)
    {
        Tensor line = tensor([1f, 4f, 6f, 4f, 1f]) / Constant(16);
        Tensor weight = (outer(line, line) * Constant(gain)).expand(3, 1, 5, 5).contiguous();
        return F.conv2d(F.pad(pictures, [2, 2, 2, 2], PaddingModes.Reflect), weight, strides: [stride, stride], groups: 3);
    }
}

using SemanticStyleGan.Metrics;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class SlicedWassersteinTests : IDisposable
{
    // More than there are: fewer patches of each are taken then, which is faster.
    private const int PlannedPictures = SlicedWasserstein.MostPatches / 16;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Noise_and_plain_pictures_have_the_distance_that_can_be_computed()
    {
        // Projections of noise are N(0, 1). Those of plain grey pictures of normal brightness are N(0, s²), s = |Σ line| ~ |N(0, 1)|. The distance of
        // the two is |1 − s|·E|N(0, 1)|, in the mean over lines 0.5354 · 0.7979.
        Tensor noise = Normal(1, 400, 3, 16, 16), plain = Normal(2, 400, 1, 1, 1).expand(400, 3, 16, 16).contiguous();
        IReadOnlyList<double> distance = Distance(noise, plain);
        Assert.Single(distance);
        Assert.Equal(427, distance[0], 40.0);
    }

    [Fact]
    public void Sets_of_one_kind_are_near_and_each_level_sees_its_scale()
    {
        Tensor first = Textured(1), second = Textured(2);
        IReadOnlyList<double> same = Distance(first, second);
        Assert.Equal([0, 0, 0], Distance(first, first));
        Assert.Equal(3, same.Count);
        // A pattern of single pixels is seen by the largest level only; what is turned upside down has another shading at the smallest one too.
        Tensor chequered = second + (arange(64).view(64, 1) + arange(64)).remainder(2) * 2 - 1;
        IReadOnlyList<double> fine = Distance(first, chequered);
        Assert.True(fine[0] > 3 * same[0], $"{fine[0]} and {same[0]}");
        Assert.Equal(same[2], fine[2], 0.1 * same[2]);
        IReadOnlyList<double> turned = Distance(first, second.flip(2));
        Assert.True(turned[2] > 3 * same[2], $"{turned[2]} and {same[2]}");
    }

    [Fact]
    public void Batches_do_not_matter_and_brightness_and_contrast_of_a_set_are_taken_out()
    {
        Tensor first = Textured(1), second = Textured(2);
        double whole = Distance(first, second)[0];
        Assert.Equal(whole, Distance(first, second * 0.5f - 0.2f)[0], 0.02 * whole);
        using SlicedWasserstein pieces = new(64, PlannedPictures, 5), all = Set(second);
        foreach (Tensor piece in first.split(7)) pieces.Add(piece);
        Assert.Equal(whole, pieces.DistanceTo(all)[0], 0.2 * whole);
    }

    [Fact]
    public void Pictures_that_make_no_pyramid_are_refused()
    {
        Assert.Contains("power of two", Assert.Throws<InputException>(() => new SlicedWasserstein(48, 10, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => new SlicedWasserstein(8, 10, 0));
    }

    // Shaded from top to bottom, with a stripe of random place and noise of 1/f kind at every scale.
    private static Tensor Textured(ulong seed)
    {
        Tensor pictures = linspace(-1, 1, 64).view(1, 1, 64, 1).expand(60, 3, 64, 64).contiguous();
        for (int size = 4; size <= 64; size *= 2)
            pictures.add_(F.interpolate(Normal(seed * 100 + (ulong)size, 60, 3, size, size), size: [64, 64], mode: InterpolationMode.Nearest), Scalars.Constant(0.15));
        return pictures;
    }

    private static IReadOnlyList<double> Distance(Tensor first, Tensor second)
    {
        using SlicedWasserstein a = Set(first), b = Set(second);
        return a.DistanceTo(b);
    }

    private static SlicedWasserstein Set(Tensor pictures)
    {
        SlicedWasserstein set = new((int)pictures.shape[2], PlannedPictures, 5);
        set.Add(pictures);
        return set;
    }

    private static Tensor Normal(ulong seed, params long[] shape) => randn(shape, generator: new Generator(seed));
}

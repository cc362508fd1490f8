using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>Variety of a set of pictures: the mean perceptual distance (LPIPS, if its file is given) of consecutive pictures. Higher is more varied; a set that repeats itself has 0.</summary>
/// <param name="distance">The caller keeps owning it.</param>
public sealed class PerceptualDiversity(IPerceptualDistance distance)
{
    private double sum;
    private long pairs;

    /// <summary>The mean so far; null before the first pair.</summary>
    public double? Mean => pairs > 0 ? sum / pairs : null;

    /// <summary>Adds independent pictures [N, 3, R, R] in [-1, 1]: their first half is compared with their second.</summary>
    public void Add(Tensor pictures)
    {
        if (pictures.shape[0] < 2) return;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        long half = pictures.shape[0] / 2;
        sum += distance.Between(pictures[..(int)half], pictures[(int)half..(int)(2 * half)]).sum().item<float>();
        pairs += half;
    }

    /// <summary>Takes in what the other ranks have added.</summary>
    internal void SumOver(ProcessGroup group) => (sum, pairs) = (group.Sum(sum), (long)group.Sum(pairs));
}

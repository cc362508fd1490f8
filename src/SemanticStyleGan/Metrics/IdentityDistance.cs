using SemanticStyleGan.Distributed;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// How far an edit of one part changes who is seen: one minus the cosine of the features of a face recognition network (ArcFace, Deng et al., CVPR 2019),
/// 0 the same to 2; the mean over the edited pictures of each part.
/// </summary>
/// <param name="identity">The network; the caller keeps owning it.</param>
/// <param name="classes">Classes K.</param>
public sealed class IdentityDistance(IFeatures identity, int classes)
{
    private readonly double[] sum = new double[classes], count = new double[classes];

    /// <summary>The mean distance of edits of class <paramref name="k"/>; null where there were none.</summary>
    public double? Of(int k) => count[k] > 0 ? sum[k] / count[k] : null;

    /// <summary>Adds pictures [N, 3, R, R] in [-1, 1] of which part <paramref name="k"/> was edited.</summary>
    public void Add(int k, Tensor before, Tensor after)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        sum[k] += (Constant(1) - F.cosine_similarity(identity.Embed(before), identity.Embed(after), 1)).sum().item<float>();
        count[k] += before.shape[0];
    }

    /// <summary>Takes in what the other ranks have added.</summary>
    internal void SumOver(ProcessGroup group)
    {
        group.Sum(sum);
        group.Sum(count);
    }
}

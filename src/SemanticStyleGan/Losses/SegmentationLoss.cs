using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>What a parser learns with: cross entropy, which every pixel counts in, plus soft Dice (Milletari et al. 2016), which every class counts in, so that small parts are not lost.</summary>
public static class SegmentationLoss
{
    /// <summary>Cross entropy + 1 − mean Dice over the classes in the batch, a scalar, of logits <c>[N, K, H, W]</c> and class indices <c>[N, H, W]</c> int64.</summary>
    public static Tensor Compute(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor crossEntropy = F.cross_entropy(logits, labels);
        Tensor probability = F.softmax(logits, 1);
        Tensor truth = zeros_like(probability).scatter_(1, labels.unsqueeze(1), ones_like(labels, ScalarType.Float32).unsqueeze(1)); // [N, K, H, W]
        Tensor present = truth.sum([0, 2, 3]);
        Tensor dice = (Constant(2) * (probability * truth).sum([0, 2, 3]) + Constant(1)) / (probability.sum([0, 2, 3]).Plus(present) + Constant(1)); // [K]
        Tensor counted = (present > Constant(0)).to(ScalarType.Float32);
        return (crossEntropy + Constant(1) - (dice * counted).sum() / counted.sum()).MoveToOuterDisposeScope();
    }
}

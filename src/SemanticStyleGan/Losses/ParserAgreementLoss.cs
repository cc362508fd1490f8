using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Asks that a parser reads in a generated picture what its mask says (ours, not the paper's): an earring as much as the background, as in mean intersection over
/// union. Picture and mask both move, each towards the other.
/// </summary>
public static class ParserAgreementLoss
{
    // Pixels of a batch, of mask and reading together, below which a class doesn't count: what is nowhere can't disagree.
    private const double Few = 4;

    /// <summary>1 − soft Dice (Milletari et al. 2016) of reading and mask over the batch, the mean over the classes that either shows, a scalar from 0 to 1.</summary>
    /// <param name="logits">What a parser reads <c>[N, K, R, R]</c>.</param>
    /// <param name="mask">Final masks <c>[N, K, R, R]</c> in about [-1, 1].</param>
    public static Tensor Compute(Tensor logits, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        return Disagreement(F.softmax(logits, 1), ((mask + Constant(1)) / Constant(2)).clamp(Constant(0), Constant(1))).MoveToOuterDisposeScope();
    }

    /// <summary>The same of shares <c>[N, K, R, R]</c> from 0 to 1.</summary>
    internal static Tensor Disagreement(Tensor read, Tensor claimed)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor area = read.sum([0, 2, 3]).Plus(claimed.sum([0, 2, 3])), both = (read * claimed).sum([0, 2, 3]);               // [K]
        Tensor counted = (area > Constant(Few)).to(ScalarType.Float32);
        return (((Constant(1) - both * Constant(2) / area.clamp_min(Constant(Few))) * counted).sum() / counted.sum()).MoveToOuterDisposeScope();
    }
}

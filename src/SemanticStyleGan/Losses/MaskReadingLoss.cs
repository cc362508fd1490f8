using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Losses;

/// <summary>
/// Asks that a mask says what a parser reads in its picture (ours, not the paper's), for mask heads that learn while pictures stay. <see cref="ParserAgreementLoss"/>
/// alone would let masks leave [-1, 1], which every loss that compares masks relies on.
/// </summary>
public static class MaskReadingLoss
{
    // At this the class that a pixel shows has nearly all of it, so that what counts is which class is the largest.
    private const double Sharpness = 10;

    private const double DistanceWeight = 2;

    /// <summary>
    /// 1 − soft Dice of the reading and the sharpened mask's softmax, the mean over the classes that either shows, and twice the mean squared distance of the mask from the
    /// reading in [-1, 1], a scalar.
    /// </summary>
    /// <param name="logits">What a parser reads <c>[N, K, R, R]</c>.</param>
    /// <param name="mask">Final masks <c>[N, K, R, R]</c> in about [-1, 1].</param>
    public static Tensor Compute(Tensor logits, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor read = F.softmax(logits, 1), distance = (mask - (read * Constant(2) - Constant(1))).pow(Constant(2)).mean();
        return ParserAgreementLoss.Disagreement(read, F.softmax(mask * Constant(Sharpness), 1)).Plus(distance * Constant(DistanceWeight)).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>Eigenvectors are known up to their sign; the largest entry is made positive so that a run can be repeated.</summary>
internal static class DirectionSign
{
    internal static Tensor Fix(Tensor axis) => axis * axis[axis.abs().argmax()].sign();
}

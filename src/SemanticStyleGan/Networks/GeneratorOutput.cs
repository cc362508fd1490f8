using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>What a <see cref="SemanticGenerator"/> makes of a code.</summary>
/// <param name="Image">RGB <c>[N, 3, R, R]</c> in about [-1, 1].</param>
/// <param name="Mask">The refined mask <c>[N, K, R, R]</c>; its largest channel is the class.</param>
/// <param name="CoarseMask">The mask of the fusion <c>[N, K, S, S]</c> in [-1, 1].</param>
/// <param name="Depths">Pseudo-depths <c>[N, K, S, S]</c>; the background's is 0.</param>
public sealed record GeneratorOutput(Tensor Image, Tensor Mask, Tensor CoarseMask, Tensor Depths)
{
    /// <summary>Moves the four tensors to the dispose scope around the current one.</summary>
    public GeneratorOutput MoveToOuterDisposeScope() => new(
        Image.MoveToOuterDisposeScope(), Mask.MoveToOuterDisposeScope(), CoarseMask.MoveToOuterDisposeScope(), Depths.MoveToOuterDisposeScope());

    internal void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[Image, Mask, CoarseMask, Depths]) tensor.Dispose();
    }
}

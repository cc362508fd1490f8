using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Lets go of the tensors that a function's backward pass has seen. TorchSharp keeps its handles of them until the caller's dispose scope ends, so
/// that every map and gradient of a network would be in memory at once.
/// </summary>
internal static class BackwardTensors
{
    [ThreadStatic]
    private static List<Tensor?>? returned;

    /// <summary>Gives gradients to libtorch, which has taken them when the next backward pass of this thread begins, and frees what they were computed of.</summary>
    internal static List<Tensor> Return(List<Tensor?> gradients, params ReadOnlySpan<Tensor> used)
    {
        foreach (Tensor? tensor in returned ?? []) tensor?.Dispose();
        foreach (Tensor tensor in used) tensor.Dispose();
        returned = gradients;
        return gradients!;
    }
}

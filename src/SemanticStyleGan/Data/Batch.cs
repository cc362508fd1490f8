using static TorchSharp.torch;

namespace SemanticStyleGan.Data;

/// <summary>Real samples for one training step, on the CPU. Its tensors belong to the caller: dispose the batch, or let the dispose scope do it.</summary>
/// <param name="Image">[N, 3, R, R] float32 in [-1, 1].</param>
/// <param name="Labels">[N, R, R] int64 class indices, or null when the data has no masks.</param>
/// <param name="Position">How many images were seen before this batch, over all ranks.</param>
public sealed record Batch(Tensor Image, Tensor? Labels, long Position) : IDisposable
{
    /// <summary>Disposes both tensors.</summary>
    public void Dispose()
    {
        Image.Dispose();
        Labels?.Dispose();
    }
}

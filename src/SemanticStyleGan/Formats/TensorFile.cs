using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// Named tensors and text metadata read from a file. The tensors are copies on the CPU that belong to no dispose scope:
/// they live until <see cref="Dispose"/>, which frees all of them.
/// </summary>
public sealed class TensorFile : IDisposable
{
    private readonly Dictionary<string, Tensor> tensors;

    /// <summary>Takes over the tensors; they are detached from their dispose scopes.</summary>
    public TensorFile(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        this.tensors = new Dictionary<string, Tensor>(tensors, StringComparer.Ordinal);
        foreach (Tensor tensor in this.tensors.Values) tensor.DetachFromDisposeScope();
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>The tensors by name, in the file's order.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The text in the file's header; empty where the format has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        tensors.Clear();
    }
}

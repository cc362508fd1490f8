using System.Buffers.Binary;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// The safetensors format: eight bytes of header length, a JSON header with each tensor's type, shape and byte range, the data.
/// Reading is strict: ranges must cover the data exactly, without overlap or gap.
/// </summary>
/// <remarks>Source: the format description at https://github.com/huggingface/safetensors.</remarks>
public static class Safetensors
{
    /// <summary>Reads every tensor straight into its own memory on the CPU.</summary>
    /// <exception cref="CheckpointFormatException">The file is not a complete, valid safetensors file; file and offset are named.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static TensorFile Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        try
        {
            // In the order of the data, so that the disk is read once from front to back.
            foreach (string name in file.Shapes.Keys) tensors.Add(name, file.Read(name));
            return new TensorFile(tensors, file.Metadata);
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads only the metadata: configuration, layout, provenance of a model without its weights.</summary>
    /// <exception cref="CheckpointFormatException">The header is not valid; file and offset are named.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Metadata;
    }

    /// <summary>
    /// Writes a file in one go (never half a file). The bytes depend on names, values and metadata only, not on their order:
    /// wide types first, then by name, as the format's own library does.
    /// </summary>
    /// <param name="path">The file; folders are made.</param>
    /// <param name="tensors">Names and tensors of any device and stride.</param>
    /// <param name="metadata">Text for the header.</param>
    /// <param name="halfPrecision">Stores floating-point tensors as F16, except those with values that F16 can't hold (above 65,504).</param>
    /// <exception cref="InputException">The place can't be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null, bool halfPrecision = false)
    {
        List<SafetensorsHeader.Entry> entries = [];
        List<Tensor> sources = [];
        long offset = 0;
        var stored = tensors.Select(pair => (pair.Key, Tensor: pair.Value, Type: StoredType(pair.Value, halfPrecision)))
            .OrderByDescending(t => TensorBytes.Size(t.Type)).ThenBy(t => t.Key, StringComparer.Ordinal);
        foreach ((string name, Tensor tensor, ScalarType type) in stored)
        {
            long end = offset + tensor.numel() * TensorBytes.Size(type);
            entries.Add(new SafetensorsHeader.Entry(name, type, tensor.shape, offset, end));
            sources.Add(tensor);
            offset = end;
        }
        byte[] header = SafetensorsHeader.Encode(entries, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            for (int i = 0; i < entries.Count; i++) WriteTensor(stream, sources[i], entries[i].Type);
        });
    }

    private static void WriteTensor(FileStream stream, Tensor tensor, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        TensorBytes.ForEachPiece(tensor.detach().to(type).cpu().contiguous(), bytes => stream.Write(bytes));
    }

    private static ScalarType StoredType(Tensor tensor, bool halfPrecision)
    {
        if (!halfPrecision || tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64)) return tensor.dtype;
        if (tensor.numel() == 0) return ScalarType.Float16;
        using var scope = NewDisposeScope();
        double largest = tensor.detach().abs().max().to(ScalarType.Float64).item<double>();
        return largest <= 65504 ? ScalarType.Float16 : tensor.dtype;
    }
}

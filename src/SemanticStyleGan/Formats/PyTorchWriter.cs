using System.Globalization;
using System.IO.Hashing;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>Writes what <c>torch.save</c> writes: a zip of stored entries whose data begins at multiples of 64 bytes.</summary>
internal static class PyTorchWriter
{
    /// <summary>Writes an object of dicts, lists, plain values and tensors, in one go.</summary>
    public static void Write(string path, object? root)
    {
        string folder = Path.GetFileNameWithoutExtension(path) is { Length: > 0 } stem && stem.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? stem : "archive";
        using MemoryStream pickle = new();
        PickleWriter writer = new(pickle);
        writer.Write(root);

        AtomicFile.Write(path, stream =>
        {
            StoredZip zip = new(stream);
            zip.Add($"{folder}/data.pkl", pickle.ToArray());
            zip.Add($"{folder}/byteorder", "little"u8);
            for (int i = 0; i < writer.Tensors.Count; i++) AddStorage(zip, $"{folder}/data/{i}", writer.Tensors[i]);
            zip.Add($"{folder}/version", "3\n"u8);
            // Two numbers of 20 digits that tell files apart: of the structure, and of all the data.
            ulong structure = XxHash64.HashToUInt64(pickle.ToArray());
            zip.Add($"{folder}/.data/serialization_id", System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{structure:d20}{zip.CheckSums:d20}")));
            zip.Finish();
        });
    }

    private static void AddStorage(StoredZip zip, string name, object source)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor data = source is PickleScalar scalar ? tensor((float)scalar.Value) : ((Tensor)source).detach().cpu().contiguous();
        zip.Add(name, data.numel() * TensorBytes.Size(data.dtype), write => TensorBytes.ForEachPiece(data, bytes => write(bytes)));
    }
}

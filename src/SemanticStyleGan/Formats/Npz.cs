using System.IO.Compression;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>NumPy's <c>.npz</c>: a zip of .npy arrays, stored or compressed.</summary>
public static class Npz
{
    // Latents are random numbers that hardly compress; what unpacks to far more is not worth the risk.
    private const int LargestRatio = 20;
    private const string Suffix = ".npy";

    /// <summary>Reads every array by its name without <c>.npy</c>.</summary>
    /// <exception cref="CheckpointFormatException">The zip or an array in it is damaged, or unpacks to more than 20 times the file's size.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static TensorFile Read(string path)
    {
        using ZipInput zip = ZipInput.Open(path, InputFile.Open(path, "a .npz file"), LargestRatio);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        try
        {
            foreach (string name in zip.Names)
            {
                if (!name.EndsWith(Suffix, StringComparison.Ordinal)) throw new CheckpointFormatException($"{path}: the entry '{name}' is no .npy array.");
                tensors[name[..^Suffix.Length]] = zip.Read(name, (content, length) => Npy.Read(content, length, $"{path}: {name}"));
            }
            return new TensorFile(tensors);
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads the only array of an archive.</summary>
    internal static Tensor ReadOnly(string path)
    {
        using TensorFile file = Read(path);
        if (file.Tensors.Count != 1) throw new CheckpointFormatException($"{path}: has {file.Tensors.Count} arrays ({string.Join(", ", file.Tensors.Keys.Take(6))}), expected one.");
        return file.Tensors.Values.Single().alias();
    }

    /// <summary>Writes arrays, stored, in one go (never half a file); the same content gives the same bytes.</summary>
    /// <exception cref="InputException">The place can't be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors) => AtomicFile.Write(path, stream =>
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, Tensor tensor) in tensors)
        {
            ZipArchiveEntry entry = zip.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using Stream content = entry.Open();
            Npy.Write(content, tensor);
        }
    });
}

using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// A file written by PyTorch's <c>torch.save</c>: the zip format (since 1.6) or the older one. Opening reads the structure;
/// tensors are loaded when asked for. Nothing in the file is executed.
/// </summary>
internal sealed class PyTorchFile : IDisposable
{
    private readonly string path;
    private readonly IPyTorchStorages storages;
    private readonly long fileLength;

    private PyTorchFile(string path, IPyTorchStorages storages, long fileLength)
    {
        this.path = path;
        this.storages = storages;
        this.fileLength = fileLength;
    }

    /// <summary>The object that was saved, see <see cref="PickleReader"/> for its kinds.</summary>
    public object? Root => storages.Root;

    /// <summary>Opens either format.</summary>
    /// <exception cref="CheckpointFormatException">It is neither, or damaged, or holds something that is not on the list.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static PyTorchFile Open(string path)
    {
        FileStream stream = InputFile.Open(path, "a PyTorch checkpoint");
        try
        {
            Span<byte> start = stackalloc byte[4];
            int read = stream.ReadAtLeast(start, 4, throwOnEndOfStream: false);
            stream.Position = 0;
            long length = stream.Length;
            if (read == 4 && start.SequenceEqual("PK\x03\x04"u8)) return new PyTorchFile(path, PyTorchZip.Open(path, stream), length);
            if (read == 4 && start[0] == 0x80) return new PyTorchFile(path, PyTorchLegacy.Open(path, stream), length);
            throw new CheckpointFormatException($"{path}: byte 0: this is no file of torch.save (neither a zip nor a pickle).");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Loads tensors as contiguous copies on the CPU; they belong to no dispose scope.</summary>
    /// <exception cref="CheckpointFormatException">Data is missing or damaged, or the tensors claim more than twice the file's size.</exception>
    public Dictionary<string, Tensor> Load(IReadOnlyCollection<KeyValuePair<string, PyTorchTensor>> wanted)
    {
        UInt128 claimed = 0;
        foreach ((_, PyTorchTensor tensor) in wanted) claimed += (ulong)tensor.Bytes;
        if (claimed > (UInt128)fileLength * 2)
            throw new CheckpointFormatException($"{path}: its tensors claim {claimed} bytes, but the file has {fileLength}; refused.");

        Dictionary<string, int> uses = wanted.GroupBy(w => w.Value.Storage.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Dictionary<string, Tensor> shared = new(StringComparer.Ordinal), loaded = new(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        foreach ((string name, PyTorchTensor tensor) in wanted)
        {
            if (tensor.IsWholeStorage && uses[tensor.Storage.Key] == 1)
            {
                storages.Check(tensor.Storage);
                loaded[name] = TensorBytes.Allocate(tensor.Shape, tensor.Storage.Type);
                storages.ReadInto(tensor.Storage, loaded[name]);
                continue;
            }
            if (!shared.TryGetValue(tensor.Storage.Key, out Tensor? storage))
            {
                storages.Check(tensor.Storage);
                storage = shared[tensor.Storage.Key] = TensorBytes.Allocate([tensor.Storage.Elements], tensor.Storage.Type);
                storages.ReadInto(tensor.Storage, storage);
            }
            using Tensor view = storage.as_strided(tensor.Shape, tensor.Strides, tensor.Offset);
            loaded[name] = view.clone().contiguous();
        }
        foreach (Tensor tensor in loaded.Values) tensor.DetachFromDisposeScope();
        return loaded;
    }

    public void Dispose() => storages.Dispose();
}

/// <summary>Where a format keeps the saved object and the data of its storages.</summary>
internal interface IPyTorchStorages : IDisposable
{
    /// <summary>The saved object.</summary>
    object? Root { get; }

    /// <summary>Makes sure that the file has the storage's data in full: before memory is taken for it.</summary>
    void Check(PyTorchStorage storage);

    /// <summary>Fills a contiguous tensor that has the storage's size.</summary>
    void ReadInto(PyTorchStorage storage, Tensor target);
}

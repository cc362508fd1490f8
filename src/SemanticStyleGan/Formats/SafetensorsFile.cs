using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// An open safetensors file: its header is read and checked, its tensors are read when asked for, straight into the memory where
/// they are used. A model takes no more memory than its weights that way.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;
    private readonly SafetensorsHeader header;
    private readonly long dataStart;
    private readonly Dictionary<string, SafetensorsHeader.Entry> entries;

    private SafetensorsFile(string path, FileStream stream)
    {
        (this.path, this.stream) = (path, stream);
        header = SafetensorsHeader.Read(stream, path);
        dataStart = stream.Position;
        entries = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        Shapes = header.Entries.ToDictionary(e => e.Name, e => e.Shape, StringComparer.Ordinal);
    }

    /// <summary>The names and shapes of the tensors in the order of their data.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>The header's text.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointFormatException">It is no complete, valid safetensors file; file and offset are named.</exception>
    /// <exception cref="InputException">It can't be opened.</exception>
    public static SafetensorsFile Open(string path)
    {
        FileStream stream = InputFile.Open(path, "a safetensors file");
        try
        {
            return new SafetensorsFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of its stored type into new memory on the CPU.</summary>
    /// <exception cref="CheckpointFormatException">It is not there, or the file can no longer be read.</exception>
    public Tensor Read(string name)
    {
        SafetensorsHeader.Entry entry = Find(name);
        Tensor tensor = TensorBytes.Allocate(entry.Shape, entry.Type);
        try
        {
            Fill(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor into an existing one of the same shape, whose type and device it takes on.</summary>
    /// <exception cref="CheckpointFormatException">It is not there, of another shape, or the file can no longer be read.</exception>
    public void ReadInto(string name, Tensor target)
    {
        SafetensorsHeader.Entry entry = Find(name);
        if (!entry.Shape.AsSpan().SequenceEqual(target.shape))
            throw new CheckpointFormatException($"{path}: '{name}' is [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", target.shape)}].");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor memory = target.detach();
        if (target.dtype == entry.Type && target.device_type == DeviceType.CPU && memory.is_contiguous()) Fill(entry, memory);
        else memory.copy_(Read(name));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private SafetensorsHeader.Entry Find(string name) =>
        entries.TryGetValue(name, out SafetensorsHeader.Entry? entry) ? entry : throw new CheckpointFormatException($"{path}: the tensor '{name}' is missing.");

    private void Fill(SafetensorsHeader.Entry entry, Tensor contiguous)
    {
        try
        {
            stream.Position = dataStart + entry.Begin;
            TensorBytes.ForEachPiece(contiguous, stream.ReadExactly);
        }
        catch (IOException e)
        {
            throw new CheckpointFormatException($"{path}: reading '{entry.Name}' failed at byte {stream.Position}: {e.Message}", e);
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The format of <c>torch.save</c> before 1.6: five pickles (magic, protocol, system, object, keys), then each storage as a count and its data.</summary>
internal sealed class PyTorchLegacy : IPyTorchStorages
{
    private const long Protocol = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly string path;
    private readonly FileStream stream;
    private readonly Dictionary<string, long> offsets = new(StringComparer.Ordinal);

    private PyTorchLegacy(string path, FileStream stream)
    {
        this.path = path;
        this.stream = stream;
        PyTorchObjects objects = new();
        PickleInput input = new(stream, stream.Length, path);
        if (PickleReader.Read(input, objects) is not BigInteger magic || magic != Magic) throw input.Bad("a pickle without PyTorch's magic number is no file of torch.save");
        if (PickleReader.Read(input, objects) is not Protocol) throw input.Bad($"a protocol other than {Protocol} is not known");
        if (PickleReader.Read(input, objects) is not PickleDict system || system.Get("little_endian") is not true) throw input.Bad("numbers in another byte order are not supported");
        Root = PickleReader.Read(input, objects);
        if (PickleReader.Read(input, objects) is not List<object?> keys) throw input.Bad("the list of storages is missing");
        Locate(keys, objects.Referenced, input.Offset);
    }

    public object? Root { get; }

    public static PyTorchLegacy Open(string path, FileStream stream) => new(path, stream);

    public void Check(PyTorchStorage storage)
    {
        if (!offsets.ContainsKey(storage.Key)) throw new CheckpointFormatException($"{path}: the storage '{storage.Key}' is not in the file.");
    }

    public void ReadInto(PyTorchStorage storage, Tensor target)
    {
        stream.Position = offsets[storage.Key];
        TensorBytes.ForEachPiece(target, stream.ReadExactly);
    }

    public void Dispose() => stream.Dispose();

    // Every storage begins with its number of elements; the next one follows its data.
    private void Locate(List<object?> keys, IReadOnlyDictionary<string, PyTorchStorage> storages, long offset)
    {
        Span<byte> count = stackalloc byte[8];
        foreach (object? item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out PyTorchStorage? storage))
                throw new CheckpointFormatException($"{path}: byte {offset}: the storage {PickleReader.Describe(item)} belongs to no tensor.");
            if (stream.Length - offset < 8) throw new CheckpointFormatException($"{path}: byte {offset}: the file is cut off before the storage '{key}'.");
            stream.Position = offset;
            stream.ReadExactly(count);
            long elements = BinaryPrimitives.ReadInt64LittleEndian(count), bytes = storage.Elements * TensorBytes.Size(storage.Type);
            if (elements != storage.Elements) throw new CheckpointFormatException($"{path}: byte {offset}: the storage '{key}' has {elements} elements, expected {storage.Elements}.");
            if (bytes > stream.Length - offset - 8) throw new CheckpointFormatException($"{path}: byte {offset}: the storage '{key}' of {bytes} bytes is cut off.");
            if (!offsets.TryAdd(key, offset + 8)) throw new CheckpointFormatException($"{path}: byte {offset}: the storage '{key}' is there twice.");
            offset += 8 + bytes;
        }
        if (offset != stream.Length) throw new CheckpointFormatException($"{path}: byte {offset}: {stream.Length - offset} bytes that belong to no tensor.");
    }
}

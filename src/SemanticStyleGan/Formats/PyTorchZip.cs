using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The zip format of <c>torch.save</c>: <c>{name}/data.pkl</c> and one entry <c>{name}/data/{key}</c> for each storage.</summary>
internal sealed class PyTorchZip : IPyTorchStorages
{
    // PyTorch stores; a file that somebody compressed again is still small in this measure, and a bomb is not.
    private const int LargestRatio = 2;
    private const string Pickle = "/data.pkl";

    private readonly string path;
    private readonly ZipInput zip;
    private readonly string folder;

    private PyTorchZip(string path, ZipInput zip)
    {
        this.path = path;
        this.zip = zip;
        string[] pickles = [.. zip.Names.Where(n => n.IndexOf('/', StringComparison.Ordinal) == n.Length - Pickle.Length && n.EndsWith(Pickle, StringComparison.Ordinal))];
        if (pickles.Length != 1) throw new CheckpointFormatException($"{path}: a zip without one 'data.pkl' in its folder is no file of torch.save.");
        folder = pickles[0][..^Pickle.Length];
        if (zip.Length($"{folder}/constants.pkl") is not null)
            throw new CheckpointFormatException($"{path}: this is a TorchScript program, not a checkpoint of torch.save.");
        CheckByteOrder();
        Root = zip.Read(pickles[0], (content, length) => PickleReader.Read(new PickleInput(content, length, $"{path}: {pickles[0]}"), new PyTorchObjects()));
    }

    public object? Root { get; }

    public static PyTorchZip Open(string path, FileStream stream)
    {
        ZipInput zip = ZipInput.Open(path, stream, LargestRatio);
        try
        {
            return new PyTorchZip(path, zip);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    public void Check(PyTorchStorage storage)
    {
        long expected = storage.Elements * TensorBytes.Size(storage.Type);
        if (zip.Length(Entry(storage)) is not { } found) throw new CheckpointFormatException($"{path}: the entry '{Entry(storage)}' with a tensor's data is missing.");
        if (found != expected) throw new CheckpointFormatException($"{path}: the entry '{Entry(storage)}' has {found} bytes, expected {expected}.");
    }

    public void ReadInto(PyTorchStorage storage, Tensor target) => zip.ReadInto(Entry(storage), target);

    public void Dispose() => zip.Dispose();

    private string Entry(PyTorchStorage storage) => $"{folder}/data/{storage.Key}";

    private void CheckByteOrder()
    {
        string name = $"{folder}/byteorder";
        if (zip.Length(name) is not { } length) return; // older files: always little-endian in practice
        bool little = length == 6 && zip.Read(name, (content, _) =>
        {
            Span<byte> text = stackalloc byte[6];
            content.ReadExactly(text);
            return text.SequenceEqual("little"u8);
        });
        if (!little) throw new CheckpointFormatException($"{path}: the entry '{name}' is not 'little': numbers in another byte order are not supported.");
    }
}

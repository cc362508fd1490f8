using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>NumPy's <c>.npy</c> arrays: versions 1 to 3 are read, version 1 is written, byte for byte as NumPy does.</summary>
/// <remarks>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
public static class Npy
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["<f4"] = ScalarType.Float32,
        ["<f8"] = ScalarType.Float64,
        ["<f2"] = ScalarType.Float16,
        ["<i8"] = ScalarType.Int64,
        ["<i4"] = ScalarType.Int32,
        ["<i2"] = ScalarType.Int16,
        ["|i1"] = ScalarType.Int8,
        ["|u1"] = ScalarType.Byte,
        ["|b1"] = ScalarType.Bool,
    };

    /// <summary>
    /// Reads an array (float16/32/64, int8 to int64, uint8 or bool, in C or Fortran order) as a contiguous CPU tensor; of an .npz the
    /// only array in it.
    /// </summary>
    /// <exception cref="CheckpointFormatException">The file is no complete .npy file, holds another type, or is an .npz of several arrays; file and offset are named.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static Tensor Read(string path)
    {
        using FileStream stream = InputFile.Open(path, "a .npy file");
        if (stream.ReadByte() == 'P' && stream.ReadByte() == 'K') return Npz.ReadOnly(path);
        stream.Position = 0;
        return Read(stream, stream.Length, path);
    }

    /// <summary>Writes an array in one go (never half a file). BFloat16, which NumPy lacks, becomes float32.</summary>
    /// <exception cref="InputException">The place can't be written.</exception>
    public static void Write(string path, Tensor tensor) => AtomicFile.Write(path, stream => Write(stream, tensor));

    /// <summary>Reads an array that takes the rest of a stream of known length.</summary>
    internal static Tensor Read(Stream stream, long length, string source)
    {
        NpyHeader header = NpyHeader.Read(stream, length, source);
        ScalarType type = Types[header.Type];
        long available = length - header.Bytes;
        if (!TensorBytes.TryCount(header.Shape, type, out _, out long bytes) || bytes != available)
            throw new CheckpointFormatException($"{source}: byte {header.Bytes}: {type} of shape ({string.Join(", ", header.Shape)}) does not fill the {available} bytes that follow the header.");

        using var scope = NewDisposeScope();
        long[] stored = header.FortranOrder ? [.. header.Shape.Reverse()] : header.Shape;
        Tensor tensor = TensorBytes.Allocate(stored, type);
        try
        {
            TensorBytes.ForEachPiece(tensor, stream.ReadExactly);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new CheckpointFormatException($"{source}: the array could not be read to its end: {e.Message}", e);
        }
        if (header.FortranOrder)
            tensor = tensor.permute([.. Enumerable.Range(0, stored.Length).Reverse().Select(axis => (long)axis)]).contiguous();
        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Writes header and data to a stream.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor plain = tensor.detach();
        if (plain.dtype == ScalarType.BFloat16) plain = plain.to(ScalarType.Float32);
        plain = plain.cpu().contiguous();
        stream.Write(NpyHeader.Encode(Types.First(t => t.Value == plain.dtype).Key, plain.shape));
        TensorBytes.ForEachPiece(plain, bytes => stream.Write(bytes));
    }
}

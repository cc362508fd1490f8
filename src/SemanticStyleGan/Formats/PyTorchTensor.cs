using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>A storage named in a pickle: the data of one or several tensors.</summary>
internal sealed record PyTorchStorage(string Key, ScalarType Type, long Elements);

/// <summary>A tensor named in a pickle: a view of a storage, checked to lie in it, not loaded yet.</summary>
internal sealed record PyTorchTensor(PyTorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Bytes of its elements.</summary>
    public long Bytes => TensorBytes.TryCount(Shape, Storage.Type, out _, out long bytes) ? bytes : throw new InvalidOperationException("checked when made");

    /// <summary>Whether it is the whole storage in order.</summary>
    public bool IsWholeStorage
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected) return false;
                expected *= Shape[i];
            }
            return Offset == 0 && expected == Storage.Elements;
        }
    }

    /// <summary>Checks that every element lies in the storage.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public static PyTorchTensor Create(PyTorchStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > 64) throw new FormatException($"a tensor with {shape.Length} sizes and {strides.Length} strides");
        if (!TensorBytes.TryCount(shape, storage.Type, out long elements, out _)) throw new FormatException($"a tensor of the impossible shape [{string.Join(", ", shape)}]");
        Int128 last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            if (strides[i] < 0) throw new FormatException("a tensor with a negative stride");
            last += (Int128)Math.Max(shape[i] - 1, 0) * strides[i];
        }
        if (offset < 0 || offset > storage.Elements || last > long.MaxValue || (elements > 0 && last >= storage.Elements))
            throw new FormatException($"a tensor of shape [{string.Join(", ", shape)}] at {offset} reaches beyond its storage '{storage.Key}' of {storage.Elements} elements");
        return new PyTorchTensor(storage, offset, shape, strides);
    }
}

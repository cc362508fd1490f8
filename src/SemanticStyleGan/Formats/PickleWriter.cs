using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>A whole number that is written as PyTorch keeps step counts: a float32 tensor without axes.</summary>
internal sealed record PickleScalar(double Value);

/// <summary>
/// Writes plain values, dicts, namespaces and tensors as a protocol 2 pickle in the words that <c>torch.save</c> uses.
/// A tensor's data goes into a storage of its own, in <see cref="Tensors"/>.
/// </summary>
internal sealed class PickleWriter(Stream stream)
{
    private readonly Dictionary<string, int> memo = new(StringComparer.Ordinal);
    private readonly List<object> tensors = [];

    /// <summary>The tensors and step counts in the order of their storage keys 0, 1, 2, ...</summary>
    public IReadOnlyList<object> Tensors => tensors;

    /// <summary>Writes a whole pickle.</summary>
    public void Write(object? root)
    {
        Code('\x80');
        stream.WriteByte(2);
        Value(root);
        Code('.');
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Code('N'); break;
            case bool truth: Code(truth ? '\x88' : '\x89'); break;
            case int small: Integer(small); break;
            case long whole: Integer(whole); break;
            case double number: Float(number); break;
            case string text: Text(text); break;
            case object?[] tuple: Tuple(tuple); break;
            case PickleDict dict: Dict(dict); break;
            case PickleNamespace space: Namespace(space); break;
            case Tensor tensor: TensorValue(tensor, tensor.dtype, tensor.shape); break;
            case PickleScalar scalar: TensorValue(scalar, ScalarType.Float32, []); break;
            case System.Collections.IEnumerable list: List(list.Cast<object?>()); break;
            default: throw new ArgumentException($"{value.GetType().Name} is not among the values of a checkpoint");
        }
    }

    private void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        switch (value)
        {
            case >= 0 and <= byte.MaxValue: Code('K'); stream.Write(bytes[..1]); break;
            case >= 0 and <= ushort.MaxValue: Code('M'); stream.Write(bytes[..2]); break;
            case >= int.MinValue and <= int.MaxValue: Code('J'); stream.Write(bytes[..4]); break;
            default: Code('\x8a'); stream.WriteByte(8); stream.Write(bytes); break;
        }
    }

    private void Float(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Code('G');
        stream.Write(bytes);
    }

    private void Text(string text) => Remembered("text " + text, () =>
    {
        Code('X');
        Number(Encoding.UTF8.GetByteCount(text));
        stream.Write(Encoding.UTF8.GetBytes(text));
    });

    private void Global(string module, string name) => Remembered($"global {module} {name}", () =>
    {
        Code('c');
        stream.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    });

    private void Tuple(object?[] items)
    {
        if (items.Length == 0)
        {
            Code(')');
            return;
        }
        if (items.Length > 3) Code('(');
        foreach (object? item in items) Value(item);
        Code(items.Length > 3 ? 't' : (char)('\x84' + items.Length));
    }

    private void List(IEnumerable<object?> items)
    {
        Code(']');
        Code('(');
        foreach (object? item in items) Value(item);
        Code('e');
    }

    private void Dict(PickleDict dict)
    {
        if (dict.IsOrdered)
        {
            Global("collections", "OrderedDict");
            Code(')');
            Code('R');
        }
        else Code('}');
        Code('(');
        foreach ((object key, object? value) in dict.Items)
        {
            Value(key);
            Value(value);
        }
        Code('u');
    }

    private void Namespace(PickleNamespace space)
    {
        Global("argparse", "Namespace");
        Code(')');
        Code('\x81');
        Dict(space.Attributes);
        Code('b');
    }

    // _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)
    private void TensorValue(object tensor, ScalarType type, long[] shape)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Code('(');
        Code('(');
        Text("storage");
        Global("torch", PyTorchObjects.StorageName(type));
        Text(tensors.Count.ToString(CultureInfo.InvariantCulture));
        Text("cpu");
        Integer(shape.Aggregate(1L, (a, b) => a * b));
        Code('t');
        Code('Q');
        Integer(0);
        Tuple([.. shape.Select(size => (object?)size)]);
        Tuple([.. Strides(shape).Select(stride => (object?)stride)]);
        Code('\x89');
        Dict(new PickleDict { IsOrdered = true });
        Code('t');
        Code('R');
        tensors.Add(tensor);
    }

    private static long[] Strides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long next = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = next;
            next *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    private void Remembered(string key, Action write)
    {
        if (memo.TryGetValue(key, out int index))
        {
            Code(index <= byte.MaxValue ? 'h' : 'j');
            Index(index);
            return;
        }
        write();
        index = memo[key] = memo.Count;
        Code(index <= byte.MaxValue ? 'q' : 'r');
        Index(index);
    }

    private void Index(int index)
    {
        if (index <= byte.MaxValue) stream.WriteByte((byte)index);
        else Number(index);
    }

    private void Number(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    private void Code(char code) => stream.WriteByte((byte)code);
}

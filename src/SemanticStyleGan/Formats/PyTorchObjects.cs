using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The list of what a PyTorch file may hold besides plain values. Everything else is refused by name; nothing is executed.</summary>
internal sealed class PyTorchObjects
{
    private static readonly Dictionary<string, ScalarType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    private static readonly Dictionary<string, Func<object?[], object?>> Constructors = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = OrderedDict,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch._utils._rebuild_tensor"] = Tensor,
        ["torch._utils._rebuild_parameter"] = arguments => arguments is [PyTorchTensor data, ..] ? data : throw Arguments("a parameter"),
        ["torch.Size"] = arguments => arguments is [object?[] sizes] ? sizes : throw Arguments("a size"),
        ["torch.device"] = arguments => arguments is [string device, ..] ? device : throw Arguments("a device"),
        ["argparse.Namespace"] = arguments => arguments is [] ? new PickleNamespace() : throw Arguments("a namespace"),
        ["builtins.set"] = Set,
        ["__builtin__.set"] = Set,
        ["_codecs.encode"] = arguments => arguments is [string text, "latin1"] ? System.Text.Encoding.Latin1.GetBytes(text) : throw Arguments("bytes"),
    };

    /// <summary>Types of tensors, as they stand in options.</summary>
    private static readonly HashSet<string> Types = new(
        ["float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"], StringComparer.Ordinal);

    private readonly Dictionary<string, PyTorchStorage> storages = new(StringComparer.Ordinal);

    /// <summary>The storages that tensors of the file refer to, by key.</summary>
    public IReadOnlyDictionary<string, PyTorchStorage> Referenced => storages;

    /// <summary>PyTorch's name for a storage of a type.</summary>
    public static string StorageName(ScalarType type) => Storages.First(s => s.Value == type).Key["torch.".Length..];

    /// <summary>A global by its name.</summary>
    /// <exception cref="FormatException">It is not on the list.</exception>
    public static object Resolve(string module, string name)
    {
        string full = $"{module}.{name}";
        if (Storages.ContainsKey(full) || Constructors.ContainsKey(full)) return new PickleGlobal(full);
        if (module == "torch" && Types.Contains(name)) return full;
        throw new FormatException($"the file holds '{full}', which is neither a tensor nor a plain value; it is refused and was not executed");
    }

    /// <summary>The value that a callable on the list makes.</summary>
    public static object? Construct(PickleGlobal callable, object?[] arguments) =>
        Constructors.TryGetValue(callable.Name, out var make) ? make(arguments) : throw new FormatException($"'{callable.Name}' is no function");

    /// <summary>The storage of a persistent id: ('storage', type, key, device, elements), and None as sixth in old files.</summary>
    public PyTorchStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts is not ["storage", PickleGlobal kind, string key, string, long elements, ..] || parts is [.., _, _, _, _, _, not null]
            || !Storages.TryGetValue(kind.Name, out ScalarType type) || elements < 0 || elements > long.MaxValue / 8)
            throw new FormatException("a reference that is no storage of a tensor");
        PyTorchStorage storage = new(key, type, elements);
        if (!storages.TryAdd(key, storage) && storages[key] != storage) throw new FormatException($"the storage '{key}' is described in two ways");
        return storages[key];
    }

    private static PyTorchTensor Tensor(object?[] arguments) =>
        arguments is [PyTorchStorage storage, long offset, object?[] shape, object?[] strides, ..]
            ? PyTorchTensor.Create(storage, offset, Numbers(shape), Numbers(strides))
            : throw Arguments("a tensor");

    private static long[] Numbers(object?[] values) =>
        [.. values.Select(v => v is long number ? number : throw new FormatException("a tensor's size or stride is no whole number"))];

    private static PickleDict OrderedDict(object?[] arguments)
    {
        PickleDict dict = new();
        if (arguments is []) return dict;
        if (arguments is not [List<object?> pairs]) throw Arguments("an OrderedDict");
        foreach (object? pair in pairs)
        {
            if (pair is object?[] { Length: 2 } tuple) dict.Set(tuple[0], tuple[1]);
            else if (pair is List<object?> { Count: 2 } list) dict.Set(list[0], list[1]);
            else throw Arguments("an OrderedDict");
        }
        return dict;
    }

    private static List<object?> Set(object?[] arguments) => arguments switch
    {
        [] => [],
        [List<object?> items] => items,
        _ => throw Arguments("a set"),
    };

    private static FormatException Arguments(string what) => new($"{what} is made of other things than expected (the pickle is damaged)");
}

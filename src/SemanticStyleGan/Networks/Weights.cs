using System.IO.Hashing;
using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Named weights of a module in and out, strictly.</summary>
public static class Weights
{
    /// <summary>Every parameter and buffer by name; the tensors are the module's own.</summary>
    public static Dictionary<string, Tensor> Of(nn.Module module) => module.state_dict();

    /// <summary>32 hexadecimal digits that stand for the names and values of the weights.</summary>
    public static string Fingerprint(nn.Module module)
    {
        using DisposeScope scope = NewDisposeScope();
        XxHash128 hash = new();
        foreach ((string name, Tensor weight) in Of(module).OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            hash.Append(System.Text.Encoding.UTF8.GetBytes(name));
            hash.Append(weight.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Copies <paramref name="values"/> into the parameters and buffers of <paramref name="module"/>.</summary>
    /// <exception cref="CheckpointFormatException">A name is missing or unknown, or a shape differs; the message lists the first few. Nothing is copied then.</exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, Tensor> values, string source)
    {
        Dictionary<string, Tensor> own = Of(module);
        RequireFit(own, values.ToDictionary(v => v.Key, v => v.Value.shape), source);
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor tensor) in own) tensor.copy_(values[name]);
    }

    /// <summary>
    /// Gives the memory of <paramref name="values"/> to the parameters and buffers of <paramref name="module"/> where type and device
    /// allow it, and copies where they don't: a large checkpoint is not in memory twice. The values must not be changed afterwards.
    /// </summary>
    /// <exception cref="CheckpointFormatException">A name is missing or unknown, or a shape differs; the message lists the first few. Nothing is changed then.</exception>
    public static void Adopt(nn.Module module, IReadOnlyDictionary<string, Tensor> values, string source)
    {
        Dictionary<string, Tensor> own = Of(module);
        RequireFit(own, values.ToDictionary(v => v.Key, v => v.Value.shape), source);
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor tensor) in own) Adopt(tensor, values[name]);
    }

    /// <summary>Gives the memory of a value to a tensor of the same shape where type and device allow it, and copies where they don't.</summary>
    internal static void Adopt(Tensor tensor, Tensor value)
    {
        if (value.dtype == tensor.dtype && value.device_type == tensor.device_type && value.is_contiguous()) tensor.set_(value);
        else tensor.copy_(value);
    }

    /// <summary>Reads the tensors of a file whose names begin with <paramref name="prefix"/> straight into the parameters and buffers of <paramref name="module"/>.</summary>
    /// <param name="module">The network.</param>
    /// <param name="file">The file.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <param name="prefix">What the file has before the module's own names.</param>
    /// <param name="others">Names that may be in the file besides.</param>
    /// <exception cref="CheckpointFormatException">A name is missing or unknown, or a shape differs; the message lists the first few. Nothing is read then.</exception>
    public static void Load(nn.Module module, SafetensorsFile file, string source, string prefix = "", params string[] others)
    {
        RequireFit(module, file, source, prefix, others);
        Dictionary<string, Tensor> own = Of(module);
        foreach (string name in ShapesOf(file, prefix, others).Keys) file.ReadInto(prefix + name, own[name]); // in the order of the file
    }

    /// <summary>Checks what <see cref="Load(nn.Module, SafetensorsFile, string, string, string[])"/> would check; the module may be on the <c>meta</c> device.</summary>
    /// <exception cref="CheckpointFormatException">A name is missing or unknown, or a shape differs.</exception>
    public static void RequireFit(nn.Module module, SafetensorsFile file, string source, string prefix = "", params string[] others) =>
        RequireFit(Of(module), ShapesOf(file, prefix, others), source);

    private static Dictionary<string, long[]> ShapesOf(SafetensorsFile file, string prefix, string[] others) =>
        file.Shapes.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal) && !others.Contains(s.Key)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value);

    private static void RequireFit(Dictionary<string, Tensor> own, Dictionary<string, long[]> shapes, string source)
    {
        List<string> faults =
        [
            .. own.Keys.Where(name => !shapes.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. shapes.Keys.Where(name => !own.ContainsKey(name)).Select(name => $"'{name}' is unknown"),
            .. own.Where(p => shapes.TryGetValue(p.Key, out long[]? shape) && !shape.AsSpan().SequenceEqual(p.Value.shape))
                .Select(p => $"'{p.Key}' is [{string.Join(", ", shapes[p.Key])}], expected [{string.Join(", ", p.Value.shape)}]"),
        ];
        if (faults.Count > 0)
            throw new CheckpointFormatException($"{source}: the weights do not fit the configuration: {string.Join("; ", faults.Take(4))}{(faults.Count > 4 ? $"; and {faults.Count - 4} more" : "")}.");
    }
}

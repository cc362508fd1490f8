using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Named weights of a module in and out, strictly.</summary>
public static class Weights
{
    /// <summary>Every parameter and buffer by name; the tensors are the module's own.</summary>
    public static Dictionary<string, Tensor> Of(nn.Module module) => module.state_dict();

    /// <summary>Copies <paramref name="values"/> into the parameters and buffers of <paramref name="module"/>.</summary>
    /// <exception cref="CheckpointFormatException">A name is missing or unknown, or a shape differs; the message lists the first few. Nothing is copied then.</exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, Tensor> values, string source)
    {
        Dictionary<string, Tensor> own = Of(module);
        List<string> faults =
        [
            .. own.Keys.Where(name => !values.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. values.Keys.Where(name => !own.ContainsKey(name)).Select(name => $"'{name}' is unknown"),
            .. own.Where(p => values.TryGetValue(p.Key, out Tensor? v) && !v.shape.AsSpan().SequenceEqual(p.Value.shape))
                .Select(p => $"'{p.Key}' is [{string.Join(", ", values[p.Key].shape)}], expected [{string.Join(", ", p.Value.shape)}]"),
        ];
        if (faults.Count > 0)
            throw new CheckpointFormatException($"{source}: the weights do not fit the configuration: {string.Join("; ", faults.Take(4))}{(faults.Count > 4 ? $"; and {faults.Count - 4} more" : "")}.");

        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor tensor) in own) tensor.copy_(values[name]);
    }
}

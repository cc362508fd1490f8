using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>The parity files, computed by the authors' program.</summary>
internal static class Parity
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "parity", name);

    /// <summary>The tensors whose names begin with a prefix, without it, in the order of the file's data.</summary>
    public static Dictionary<string, Tensor> WithPrefix(this TensorFile file, string prefix) =>
        file.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    /// <summary>Same type, shape and bits.</summary>
    public static void AssertSame(Tensor expected, Tensor actual, string name)
    {
        Assert.True(expected.dtype == actual.dtype, $"{name}: {expected.dtype} and {actual.dtype}");
        Assert.True(expected.shape.AsSpan().SequenceEqual(actual.shape), $"{name}: [{string.Join(",", expected.shape)}] and [{string.Join(",", actual.shape)}]");
        Assert.True(expected.cpu().contiguous().bytes.SequenceEqual(actual.cpu().contiguous().bytes), $"{name}: other values");
    }

    public static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in expected) AssertSame(tensor, actual[name], name);
    }
}

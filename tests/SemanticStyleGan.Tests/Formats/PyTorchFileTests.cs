using System.Numerics;
using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>Against files that PyTorch 1.13 wrote (Fixtures/formats/make_pytorch.py).</summary>
public sealed class PyTorchFileTests
{
    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "formats", "pytorch", name);

    private static Tensor Ramp(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), dtype: ScalarType.Float32).reshape(shape) / 4;

    [Theory]
    [InlineData("zip.pt")]
    [InlineData("legacy.pt")]
    public void Every_type_stride_offset_and_shared_storage_is_read(string name)
    {
        using var scope = NewDisposeScope();
        using PyTorchFile file = PyTorchFile.Open(Fixture(name));
        Dictionary<string, Tensor> found = file.Load([.. ((PickleDict)file.Root!).Named.Select(i => KeyValuePair.Create(i.Key, (PyTorchTensor)i.Value!))]);
        Tensor all = Ramp(4, 6), whole = Ramp(2, 3) * 4;
        Parity.AssertSame(new Dictionary<string, Tensor>
        {
            ["float32"] = Ramp(2, 3),
            ["float16"] = Ramp(2, 3).to(ScalarType.Float16),
            ["bfloat16"] = Ramp(2, 3).to(ScalarType.BFloat16),
            ["float64"] = Ramp(2, 3).to(ScalarType.Float64),
            ["int64"] = whole.to(ScalarType.Int64),
            ["int32"] = whole.to(ScalarType.Int32),
            ["int16"] = whole.to(ScalarType.Int16),
            ["int8"] = whole.to(ScalarType.Int8),
            ["uint8"] = whole.to(ScalarType.Byte),
            ["bool"] = whole.to(ScalarType.Bool),
            ["scalar"] = tensor(2.5f),
            ["empty"] = zeros(0, 4),
            ["base"] = all,
            ["transposed"] = all.t(),
            ["row"] = all[1],
            ["column"] = all[TensorIndex.Colon, 2],
            ["steps"] = all[TensorIndex.Slice(step: 2), TensorIndex.Slice(1, step: 2)],
            ["channels_last"] = Ramp(2, 3, 4, 5),
            ["parameter"] = Ramp(5),
        }, found);
        Assert.All(found.Values, t => Assert.True(t.is_contiguous()));
        foreach (Tensor tensor in found.Values) tensor.Dispose();
    }

    [Fact]
    public void Every_plain_value_is_read()
    {
        using PyTorchFile file = PyTorchFile.Open(Fixture("values.pt"));
        PickleDict values = Assert.IsType<PickleDict>(file.Root);
        AssertPlain(values);
        Assert.Equal(new byte[] { 0, 255 }, values.Get("bytes"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Newer_pickle_protocols_are_read(int protocol)
    {
        using PyTorchFile file = PyTorchFile.Open(Fixture($"protocol{protocol}.pt"));
        PickleDict root = Assert.IsType<PickleDict>(file.Root);
        AssertPlain(Assert.IsType<PickleDict>(root.Get("values")));
        using var scope = NewDisposeScope();
        using Tensor tensor = file.Load([KeyValuePair.Create("tensor", (PyTorchTensor)root.Get("tensor")!)])["tensor"];
        Parity.AssertSame(Ramp(2, 3), tensor, "tensor");
    }

    [Theory]
    [InlineData("evil.pt", "'posix.system'")]
    [InlineData("evil-legacy.pt", "'posix.system'")]
    [InlineData("module.pt", "'torch.nn.modules.linear.Linear'")]
    [InlineData("torchscript.pt", "TorchScript")]
    [InlineData("pickle.pt", "magic number")]
    public void Anything_else_is_refused_by_name_and_not_executed(string name, string expected)
    {
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(Fixture(name)));
        Assert.StartsWith(Fixture(name), e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/executed"));
    }

    [Fact]
    public void Other_files_are_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.pt"), "<html>not found</html>");
        Assert.Contains("no file of torch.save", Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(folder.File("a.pt"))).Message, StringComparison.Ordinal);
        Npz.Write(folder.File("b.pt"), []);
        Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(folder.File("b.pt")));
    }

    private static void AssertPlain(PickleDict values)
    {
        Assert.Null(values.Get("none"));
        Assert.True(values.TryGet("none", out _));
        Assert.Equal(true, values.Get("true"));
        Assert.Equal(false, values.Get("false"));
        Assert.Equal(7L, values.Get("small"));
        Assert.Equal(-7L, values.Get("negative"));
        Assert.Equal(1L << 40, values.Get("large"));
        Assert.Equal(BigInteger.Pow(2, 70), values.Get("huge"));
        Assert.Equal(0.25, values.Get("float"));
        Assert.Equal("ü", values.Get("text"));
        List<object?> list = Assert.IsType<List<object?>>(values.Get("list"));
        Assert.Equal(1L, list[0]);
        Assert.Equal([2L, 3L], Assert.IsType<List<object?>>(list[1]));
        Assert.Equal([1L, 2L, 3L, 4L], Assert.IsType<object[]>(values.Get("tuple")));
        Assert.Equal([1L], Assert.IsType<List<object?>>(values.Get("set")));
        Assert.Equal("a", Assert.IsType<PickleDict>(values.Get("dict")).Items.Single().Value);
        Assert.Equal([2L, 3L], Assert.IsType<object[]>(values.Get("size")));
        Assert.Equal("cpu", values.Get("device"));
        Assert.Equal("torch.float16", values.Get("dtype"));
        Assert.Equal(32L, Assert.IsType<PickleNamespace>(values.Get("namespace")).Attributes.Get("size"));
    }
}

using System.Text;
using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>Against files that NumPy wrote (Fixtures/formats/make_numpy.py).</summary>
public sealed class NpyTests
{
    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "formats", "numpy", name);

    private static Tensor Ramp(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), dtype: ScalarType.Float32).reshape(shape) / 4;

    [Theory]
    [InlineData("float16", ScalarType.Float16)]
    [InlineData("float32", ScalarType.Float32)]
    [InlineData("float64", ScalarType.Float64)]
    [InlineData("int8", ScalarType.Int8)]
    [InlineData("int16", ScalarType.Int16)]
    [InlineData("int32", ScalarType.Int32)]
    [InlineData("int64", ScalarType.Int64)]
    [InlineData("uint8", ScalarType.Byte)]
    [InlineData("bool", ScalarType.Bool)]
    public void Every_type_is_read_and_written_back_byte_for_byte(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor array = Npy.Read(Fixture(name + ".npy"));
        Parity.AssertSame((Ramp(2, 3) * 4).to(type), array, name);
        AssertWritesAsNumPyDid(array, name + ".npy");
    }

    [Theory]
    [InlineData("scalar.npy")]
    [InlineData("vector.npy", 5)]
    [InlineData("w.npy", 3, 24)]
    [InlineData("w-plus.npy", 2, 11, 24)]
    [InlineData("layers.npy", 1, 20, 24)]
    [InlineData("empty.npy", 0, 4)]
    [InlineData("long-shape.npy", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3)]
    public void Every_shape_is_read_and_written_back_byte_for_byte(string name, params int[] shape)
    {
        using var scope = NewDisposeScope();
        long[] expected = [.. shape.Select(s => (long)s)];
        Tensor array = Npy.Read(Fixture(name));
        Parity.AssertSame(name == "scalar.npy" ? tensor(2.5f) : Ramp(expected), array, name);
        AssertWritesAsNumPyDid(array, name);
    }

    [Theory]
    [InlineData("version2.npy")]
    [InlineData("version3.npy")]
    public void Newer_versions_of_the_format_are_read(string name)
    {
        using var scope = NewDisposeScope();
        Parity.AssertSame(Ramp(2, 3), Npy.Read(Fixture(name)), name);
    }

    [Fact]
    public void Fortran_order_is_read_as_the_same_array()
    {
        using var scope = NewDisposeScope();
        Tensor array = Npy.Read(Fixture("fortran.npy"));
        Assert.True(array.is_contiguous());
        Parity.AssertSame(Ramp(2, 3, 4), array, "fortran");
    }

    [Fact]
    public void Strided_and_bfloat16_tensors_are_written_as_what_NumPy_knows()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        Npy.Write(folder.File("a.npy"), Ramp(3, 2).t());
        Parity.AssertSame(Ramp(3, 2).t(), Npy.Read(folder.File("a.npy")), "strided");
        Npy.Write(folder.File("b.npy"), Ramp(3, 2).to(ScalarType.BFloat16));
        Parity.AssertSame(Ramp(3, 2), Npy.Read(folder.File("b.npy")), "bfloat16");
    }

    [Theory]
    [InlineData("stored.npz")]
    [InlineData("compressed.npz")]
    public void Archives_of_arrays_are_read_and_survive_writing(string name)
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        using TensorFile arrays = Npz.Read(Fixture(name));
        Parity.AssertSame(new Dictionary<string, Tensor> { ["w"] = Ramp(3, 24), ["mean"] = Ramp(24) }, arrays.Tensors);

        Npz.Write(folder.File("a.npz"), arrays.Tensors);
        using TensorFile again = Npz.Read(folder.File("a.npz"));
        Parity.AssertSame(arrays.Tensors, again.Tensors);
    }

    [Fact]
    public void The_only_array_of_an_archive_is_read_like_a_single_file()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        Npz.Write(folder.File("a.npz"), [KeyValuePair.Create("latents", Ramp(3, 24))]);
        Parity.AssertSame(Ramp(3, 24), Npy.Read(folder.File("a.npz")), "latents");
    }

    [Fact]
    public void An_archive_that_unpacks_to_much_more_than_it_is_is_refused() =>
        Assert.Contains("4000128 bytes", Assert.Throws<CheckpointFormatException>(() => Npz.Read(Fixture("bomb.npz"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("objects.npy", "'|O' is not supported (pickled objects")]
    [InlineData("big-endian.npy", "'>f4' is not supported")]
    [InlineData("stored.npz", "has 2 arrays (w, mean), expected one")]
    [InlineData("../pytorch/pickle.pt", "no .npy array")]
    public void Other_content_is_refused_by_name(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<CheckpointFormatException>(() => Npy.Read(Fixture(name))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, "does not fill the 23 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 28, "does not fill the 28 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", 24, "not the text of a dict")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 0, "does not fill")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 0, "not a list of sizes")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3), }", 24, "not the text of a dict")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", 24, "not the text of a dict")]
    [InlineData("__import__('os').system('true')", 24, "not the text of a dict")]
    public void Headers_that_do_not_describe_the_data_are_refused(string header, int dataBytes, string expected)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("bad.npy");
        File.WriteAllBytes(file, [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[dataBytes]]);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => Npy.Read(file));
        Assert.StartsWith(file + ": byte ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_spaces_is_refused_at_once()
    {
        using TemporaryFolder folder = new();
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)" + new string(' ', 60000);
        File.WriteAllBytes(folder.File("bad.npy"), [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header)]);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<CheckpointFormatException>(() => Npy.Read(folder.File("bad.npy")));
        Assert.True(watch.ElapsedMilliseconds < 1000, $"{watch.ElapsedMilliseconds} ms");
    }

    private static void AssertWritesAsNumPyDid(Tensor array, string name)
    {
        using TemporaryFolder folder = new();
        Npy.Write(folder.File("a.npy"), array);
        Assert.Equal(File.ReadAllBytes(Fixture(name)), File.ReadAllBytes(folder.File("a.npy")));
    }
}

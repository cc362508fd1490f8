using System.Text;
using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

public sealed class SafetensorsTests
{
    [Fact]
    public void Every_type_survives_writing_and_reading()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new()
        {
            ["f32"] = randn(2, 3),
            ["f64"] = randn(3, dtype: ScalarType.Float64),
            ["f16"] = randn(5).to(ScalarType.Float16),
            ["bf16"] = randn(1, 1, 7).to(ScalarType.BFloat16),
            ["i64"] = tensor(new[] { long.MinValue, long.MaxValue }),
            ["i32"] = tensor(new[] { 1, -2, 3 }),
            ["i16"] = tensor(new short[] { 1, -2 }),
            ["i8"] = tensor(new sbyte[] { -128, 127 }),
            ["u8"] = tensor(new byte[] { 0, 255, 3 }),
            ["bool"] = tensor(new[] { true, false, true }),
            ["scalar"] = tensor(3.5f),
            ["empty"] = zeros(0, 4),
            ["strided"] = randn(4, 6).t(),
            ["ein \"Name\" with ümlaut"] = ones(1),
        };
        Dictionary<string, string> metadata = new() { ["layout"] = "{\"a\": [1]}", ["ü"] = "line\nline" };
        Safetensors.Write(folder.File("a.safetensors"), tensors, metadata);
        using TensorFile read = Safetensors.Read(folder.File("a.safetensors"));

        Parity.AssertSame(tensors, read.Tensors);
        Assert.Equal(metadata, read.Metadata);
        Assert.Equal(metadata, Safetensors.ReadMetadata(folder.File("a.safetensors")));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_in_any_order()
    {
        using TemporaryFolder folder = new();
        using TensorFile file = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        Safetensors.Write(folder.File("a"), file.Tensors, file.Metadata);
        Safetensors.Write(folder.File("b"), file.Tensors.Reverse(), file.Metadata.Reverse().ToDictionary());
        Assert.Equal(File.ReadAllBytes(folder.File("a")), File.ReadAllBytes(folder.File("b")));
        Assert.Equal(["a", "b"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Half_precision_keeps_what_it_can_not_hold()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        Tensor small = randn(100), large = tensor(new[] { 1f, 70000f });
        Safetensors.Write(folder.File("a"), new Dictionary<string, Tensor> { ["small"] = small, ["large"] = large, ["count"] = tensor(3L) }, halfPrecision: true);
        using TensorFile read = Safetensors.Read(folder.File("a"));
        Parity.AssertSame(small.to(ScalarType.Float16), read.Tensors["small"], "small");
        Parity.AssertSame(large, read.Tensors["large"], "large");
        Assert.Equal(ScalarType.Int64, read.Tensors["count"].dtype);
    }

    [Fact]
    public void Tensors_outlive_the_scope_they_were_read_in_and_end_with_the_file()
    {
        TensorFile file;
        using (NewDisposeScope()) file = Safetensors.Read(Parity.Path("small/weights.safetensors"));
        Tensor one = file.Tensors["d.final_linear.1.bias"];
        Assert.False(one.IsInvalid);
        file.Dispose();
        Assert.True(one.IsInvalid);
    }

    public static TheoryData<string, int, string> BadHeaders => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "gap" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "belong to no tensor" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", 8, "cut off" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "does not fill" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0, "does not fill" },
        { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "whole number" },
        { """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "whole number" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "whole number" },
        { """{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "'F8_E4M3' is not supported" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' is there twice" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]}}""", 4, "'stride' is unknown" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "more than 2" },
        { """{"__metadata__":{"a":1}}""", 0, "expected String" },
        { """{"__metadata__":{"a":"1","a":"2"}}""", 0, "there twice" },
        { """{"a":[[[[[[[]]]]]]]}""", 0, "expected StartObject" },
        { """{"a":{"dtype":"F32","shape":[[[[[[]]]]]],"data_offsets":[0,4]}}""", 4, "expected a number" },
        { """{"a":""", 0, "not valid JSON" },
        { """[]""", 0, "expected StartObject" },
        { "{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void Headers_that_do_not_describe_the_data_are_refused_with_file_and_place(string json, int dataBytes, string expected)
    {
        using TemporaryFolder folder = new();
        byte[] header = Encoding.UTF8.GetBytes(json);
        File.WriteAllBytes(folder.File("bad"), [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataBytes]]);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => Safetensors.Read(folder.File("bad")));
        Assert.StartsWith(folder.File("bad") + ": ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    public void Files_without_a_header_are_refused(int bytes)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.File("bad"), [.. Enumerable.Repeat((byte)255, bytes)]);
        Assert.Throws<CheckpointFormatException>(() => Safetensors.Read(folder.File("bad")));
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("no such file", Assert.Throws<InputException>(() => Safetensors.Read(folder.File("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => Safetensors.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_is_read_into_existing_memory_of_any_type_and_stride()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        Tensor values = arange(6, dtype: ScalarType.Float32).reshape(2, 3);
        Safetensors.Write(folder.File("a"), new Dictionary<string, Tensor> { ["a"] = values, ["b"] = ones(2) });
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a"));
        Assert.Equal(["a", "b"], file.Shapes.Keys);
        Tensor same = zeros(2, 3), strided = zeros(3, 2).t(), wide = zeros(2, 3, dtype: ScalarType.Float64), learned = zeros(2, 3, requires_grad: true);
        foreach (Tensor target in (Tensor[])[same, strided, wide, learned])
        {
            file.ReadInto("a", target);
            Parity.AssertSame(values, target.detach().to(ScalarType.Float32), "a");
        }
        Assert.Contains("'b' is [2], expected [2, 3]", Assert.Throws<CheckpointFormatException>(() => file.ReadInto("b", same)).Message, StringComparison.Ordinal);
        Assert.Contains("'c' is missing", Assert.Throws<CheckpointFormatException>(() => file.Read("c")).Message, StringComparison.Ordinal);
    }
}

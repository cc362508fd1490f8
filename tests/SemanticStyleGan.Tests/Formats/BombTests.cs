using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>Files made to take the memory, the time or the disk of who reads them.</summary>
public sealed class BombTests : IDisposable
{
    private static readonly byte[] Template = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "formats", "pytorch", "protocol3.pt"));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nested_lists_a_million_deep_are_no_trouble() =>
        Read([.. Enumerable.Repeat((byte)']', 1_000_000), .. Enumerable.Repeat((byte)'a', 999_999)]);

    [Fact]
    public void Lists_that_double_at_every_step_are_not_unfolded()
    {
        // Each list holds the one before twice: 2^64 leaves.
        List<byte> pickle = [.. "]q\00"u8];
        for (int i = 1; i <= 64; i++) pickle.AddRange([.. "]q"u8, (byte)i, .. "(h"u8, (byte)(i - 1), (byte)'h', (byte)(i - 1), .. "e0"u8]);
        pickle.AddRange([(byte)'}', .. Text("args"), (byte)'}', .. Text("x"), (byte)'h', 64, .. "ss"u8, .. Text("g_ema"), .. "}s"u8]);
        string path = Write([.. pickle]);
        Refused("nests too deep", () => PyTorchCheckpoint.Read(path).Dispose());
    }

    [Fact]
    public void Tuples_as_keys_are_not_hashed()
    {
        List<byte> pickle = [.. ")q\00"u8];
        for (int i = 1; i <= 64; i++) pickle.AddRange([(byte)'h', (byte)(i - 1), (byte)'h', (byte)(i - 1), 0x86, (byte)'q', (byte)i, (byte)'0']);
        pickle.AddRange([.. "}h"u8, 64, .. "Ns"u8]);
        Refused("key is a tuple", () => Read([.. pickle]));
    }

    [Fact]
    public void Numbers_chosen_to_collide_are_ordinary_keys()
    {
        List<byte> pickle = [.. "}("u8];
        for (int i = 0; i < 200_000; i++) pickle.AddRange([0x8a, 8, .. BitConverter.GetBytes(i * 0x1_0000_0001L), (byte)'N']); // the plain hash of each is 0
        pickle.Add((byte)'u');
        Read([.. pickle]);
    }

    [Theory]
    [InlineData("X\xff\xff\xff\x7f", "are left")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\x7f", "are left")]
    [InlineData("\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "are left")]
    [InlineData("\x8b\xff\xff\xff\x7f", "a number of 2147483647 bytes")]
    [InlineData("Nr\xff\xff\xff\x7f", "comes before memo 0")]
    [InlineData("j\xff\xff\xff\x7f", "is not there")]
    [InlineData("cos\nsystem\n", "'os.system'")]
    [InlineData("c__builtin__\neval\n", "'__builtin__.eval'")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n", "'numpy.core.multiarray._reconstruct'")]
    [InlineData("\x8c\x05posix\x8c\x06system\x93", "'posix.system'")]
    [InlineData("i", "0x69 is not supported")] // INST
    [InlineData("P0\n", "0x50 is not supported")] // PERSID
    [InlineData("\x82\x01", "0x82 is not supported")] // EXT1
    [InlineData("cargparse\nNamespace\n)R", "")]
    public void Oversized_and_forbidden_operations_are_refused(string operations, string expected)
    {
        byte[] pickle = Encoding.Latin1.GetBytes(operations);
        if (expected.Length == 0) Read(pickle);
        else Refused(expected, () => Read(pickle));
    }

    [Theory]
    [InlineData(4294967296L, 1L, 6L, "reaches beyond")] // a length that is not there
    [InlineData(2L, 4294967296L, 6L, "reaches beyond")]
    [InlineData(1073741824L, 0L, 6L, "claim")] // one element, a billion times
    [InlineData(-1L, 1L, 6L, "impossible shape")]
    [InlineData(2L, -1L, 6L, "negative stride")]
    [InlineData(6L, 1L, 1099511627776L, "expected 4398046511104")] // a storage that is not there
    public void Tensors_beyond_their_data_are_refused(long size, long stride, long storage, string expected)
    {
        byte[] tensor =
        [
            (byte)'}', .. Text("a"), .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text("0"), .. Text("cpu"),
            .. Number(storage), .. "tQK\0"u8, .. Number(size), 0x85, .. Number(stride), 0x85, 0x89, .. "}tRs"u8,
        ];
        Refused(expected, () => Read(tensor));
    }

    [Fact]
    public void A_thousand_copies_of_one_storage_are_refused()
    {
        List<byte> pickle = [.. "}("u8];
        for (int i = 0; i < 1000; i++)
        {
            pickle.AddRange([.. Text($"{i:d4}"), .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text("big"), .. Text("cpu")]);
            pickle.AddRange([.. Number(1_000_000), .. "tQK\0"u8, .. Number(1_000_000), 0x85, .. "K\x01"u8, 0x85, 0x89, .. "}tR"u8]);
        }
        pickle.Add((byte)'u');
        Refused("claim 4000000000 bytes", () => Read([.. pickle], ("big", new byte[4_000_000], CompressionLevel.NoCompression)));
    }

    [Fact]
    public void A_zip_that_unpacks_to_much_more_than_it_is_is_refused() =>
        Refused("more than 2 times", () => Read([.. "}"u8], ("zeros", new byte[50_000_000], CompressionLevel.Optimal)));

    [Fact]
    public void Names_that_leave_the_folder_are_names_only()
    {
        string outside = folder.File("escaped");
        Read([.. "}"u8], ("../../../../../.." + outside, [1], CompressionLevel.NoCompression), ("/" + outside, [1], CompressionLevel.NoCompression));
        Assert.False(File.Exists(outside));
    }

    [Fact]
    public void Entries_with_the_same_name_are_refused() =>
        Refused("there twice", () => Read([.. "}"u8], ("0", [1], CompressionLevel.NoCompression), ("0", [2], CompressionLevel.NoCompression)));

    [Fact]
    public void Changed_data_is_noticed()
    {
        byte[] file = [.. File.ReadAllBytes(Parity.Path("small/000003.pt"))];
        file[^400_000] ^= 1;
        string path = folder.File("bad.pt");
        File.WriteAllBytes(path, file);
        Refused("check sum", () => PyTorchCheckpoint.Read(path).Dispose());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void A_file_that_is_cut_off_is_refused(int missing)
    {
        string path = folder.File("bad.pt");
        File.WriteAllBytes(path, File.ReadAllBytes(Parity.Path("small/000003.pt"))[..^missing]);
        Refused("cut off", () => PyTorchCheckpoint.Read(path).Dispose());
    }

    private static byte[] Number(long value) => [0x8a, 8, .. BitConverter.GetBytes(value)];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    private void Read(byte[] operations, params (string Key, byte[] Data, CompressionLevel Level)[] more)
    {
        string path = Write(operations, more);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            FuzzTests.ReadPyTorch(path);
        }
        finally
        {
            Assert.True(watch.ElapsedMilliseconds < 20_000, $"{watch.ElapsedMilliseconds} ms");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * new FileInfo(path).Length + (1 << 20));
        }
    }

    private string Write(byte[] operations, params (string Key, byte[] Data, CompressionLevel Level)[] more)
    {
        string path = folder.File("bomb.pt");
        using MemoryStream zip = new();
        zip.Write(FuzzTests.Replace(Template, [0x80, 2, .. operations, (byte)'.']));
        using (ZipArchive archive = new(zip, ZipArchiveMode.Update, leaveOpen: true))
        {
            string prefix = archive.Entries[0].FullName.Split('/')[0];
            foreach ((string key, byte[] data, CompressionLevel level) in more)
            {
                using Stream content = archive.CreateEntry(key.StartsWith('.') || key.StartsWith('/') ? key : $"{prefix}/data/{key}", level).Open();
                content.Write(data);
            }
        }
        File.WriteAllBytes(path, zip.ToArray());
        return path;
    }

    private static void Refused(string expected, Action read) =>
        Assert.Contains(expected, Assert.Throws<CheckpointFormatException>(read).Message, StringComparison.Ordinal);
}

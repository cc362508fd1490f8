using System.Diagnostics;
using System.IO.Compression;
using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>
/// Thousands of damaged files: a reader either succeeds or throws the one exception that names the file, quickly, and takes no
/// more memory than a small multiple of the file's size.
/// </summary>
public sealed class FuzzTests
{
    private const int ManagedBytesPerByte = 64, ManagedBytesAlways = 1 << 20, NativeBytesPerByte = 4;

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "formats", name);

    private static byte[][] Files(string folder, string pattern) => [.. Directory.GetFiles(Fixture(folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    [Fact]
    public void Safetensors_never_do_more_than_throw()
    {
        using TemporaryFolder folder = new();
        using (NewDisposeScope())
        {
            Safetensors.Write(folder.File("seed"), new Dictionary<string, Tensor>
            {
                ["one"] = randn(2, 3),
                ["two"] = arange(4),
                ["three"] = randn(3).to(ScalarType.Float16),
                ["four"] = zeros(0, 2),
                ["five"] = tensor(true),
            }, new Dictionary<string, string> { ["config"] = "{\"size\": 64}" });
        }
        Fuzz(2000, [File.ReadAllBytes(folder.File("seed"))], path => Bytes(Safetensors.Read(path)));
    }

    [Fact]
    public void Npy_never_does_more_than_throw() => Fuzz(2000, Files("numpy", "*.npy"), path =>
    {
        using Tensor array = Npy.Read(path);
        return array.numel() * TensorBytes.Size(array.dtype);
    });

    [Fact]
    public void Npz_never_does_more_than_throw() => Fuzz(1500, Files("numpy", "*.npz"), path => Bytes(Npz.Read(path)), nativeBytesPerByte: 20);

    [Fact]
    public void PyTorch_files_never_do_more_than_throw() => Fuzz(2000, Files("pytorch", "*.pt"), ReadPyTorch);

    [Fact]
    public void PyTorch_pickles_in_sound_zips_never_do_more_than_throw()
    {
        byte[][] zips = [.. new[] { "zip.pt", "values.pt", "protocol3.pt", "protocol4.pt", "protocol5.pt" }.Select(name => File.ReadAllBytes(Fixture($"pytorch/{name}")))];
        byte[][] pickles = [.. zips.Select(Pickle)];
        Mutation mutation = new(seed: 11);
        Run(2000, i => Replace(zips[i % zips.Length], mutation.Of(pickles[i % zips.Length], pickles[mutation.Next(zips.Length)])), ReadPyTorch, NativeBytesPerByte);
    }

    [Fact]
    public void Random_pickle_operations_never_do_more_than_throw()
    {
        const string plain = "(012N\x88\x89)t\x85\x86\x87]la}dseu\x8f\x91\x90\x94RQb\x81.";
        byte[] zip = File.ReadAllBytes(Fixture("pytorch/zip.pt"));
        byte[][] operands =
        [
            [.. "K"u8, 1], [.. "M"u8, 255, 255], [.. "q"u8, 0], [.. "h"u8, 0], [.. "h"u8, 1], [.. "X"u8, 1, 0, 0, 0, (byte)'a'], [.. "U"u8, 7, .. "storage"u8],
            [.. "X"u8, 1, 0, 0, 0, (byte)'0'], [.. "ctorch\nFloatStorage\n"u8], [.. "ccollections\nOrderedDict\n"u8], [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8],
            [.. "cargparse\nNamespace\n"u8], [.. "c__builtin__\nset\n"u8], [0x8a, 1, 5], [.. "J"u8, 255, 255, 255, 255], [.. "G"u8, 0, 0, 0, 0, 0, 0, 0, 0],
        ];
        Mutation mutation = new(seed: 12);
        Run(2000, _ =>
        {
            List<byte> pickle = [0x80, 2];
            for (int n = mutation.Next(200); n > 0; n--)
                if (mutation.Next(2) == 0) pickle.Add((byte)plain[mutation.Next(plain.Length - 1)]);
                else pickle.AddRange(operands[mutation.Next(operands.Length)]);
            pickle.Add((byte)'.');
            return Replace(zip, [.. pickle]);
        }, ReadPyTorch, NativeBytesPerByte);
    }

    [Fact]
    public void Checkpoints_of_the_authors_never_do_more_than_throw()
    {
        byte[] zip = SmallCheckpoint();
        byte[] pickle = Pickle(zip);
        Mutation mutation = new(seed: 13);
        Run(1500, i => i % 2 == 0 ? mutation.Of(zip) : Replace(zip, mutation.Of(pickle)), path =>
        {
            using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(path);
            using var scope = NewDisposeScope();
            if (checkpoint.AverageGenerator is { } generator)
                OfficialArchitecture.Infer(OfficialNames.For(generator, path).ToNative(generator, path), checkpoint.Arguments, path);
            return 0;
        }, NativeBytesPerByte);
    }

    internal static long Bytes(TensorFile file)
    {
        using (file) return file.Tensors.Values.Sum(t => t.numel() * TensorBytes.Size(t.dtype));
    }

    internal static long ReadPyTorch(string path)
    {
        using PyTorchFile file = PyTorchFile.Open(path);
        if (file.Root is not PickleDict root) return 0;
        Dictionary<string, Tensor> tensors = file.Load([.. root.Named.Where(i => i.Value is PyTorchTensor).Select(i => KeyValuePair.Create(i.Key, (PyTorchTensor)i.Value!))]);
        long bytes = tensors.Values.Sum(t => t.numel() * TensorBytes.Size(t.dtype));
        foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        return bytes;
    }

    /// <summary>The pickle in a zip of PyTorch.</summary>
    internal static byte[] Pickle(byte[] zip)
    {
        using ZipArchive archive = new(new MemoryStream(zip));
        using Stream content = archive.Entries.Single(e => e.Name == "data.pkl").Open();
        using MemoryStream copy = new();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The same zip with another pickle and sound check sums.</summary>
    internal static byte[] Replace(byte[] zip, byte[] pickle)
    {
        using MemoryStream result = new();
        using (ZipArchive from = new(new MemoryStream(zip)))
        using (ZipArchive to = new(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using Stream target = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                if (entry.Name == "data.pkl") target.Write(pickle);
                else
                {
                    using Stream source = entry.Open();
                    source.CopyTo(target);
                }
            }
        }
        return result.ToArray();
    }

    private static byte[] SmallCheckpoint()
    {
        using TemporaryFolder folder = new();
        using PyTorchCheckpoint original = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        new PyTorchCheckpoint { AverageGenerator = original.AverageGenerator, Arguments = original.Arguments }.Write(folder.File("a.pt"));
        return File.ReadAllBytes(folder.File("a.pt"));
    }

    private static void Fuzz(int cases, byte[][] seeds, Func<string, long> read, int nativeBytesPerByte = NativeBytesPerByte)
    {
        Mutation mutation = new(seed: 10);
        Run(cases, i => mutation.Of(seeds[i % seeds.Length], seeds[mutation.Next(seeds.Length)]), read, nativeBytesPerByte);
    }

    private static void Run(int cases, Func<int, byte[]> make, Func<string, long> read, int nativeBytesPerByte)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("fuzz");
        read = Warm(read);
        int refused = 0;
        for (int i = 0; i < cases; i++)
        {
            byte[] file = make(i);
            File.WriteAllBytes(path, file);
            long before = GC.GetAllocatedBytesForCurrentThread(), native = 0;
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                native = read(path);
            }
            catch (CheckpointFormatException e)
            {
                refused++;
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                Assert.InRange(e.Message.Length, path.Length + 5, path.Length + 2000);
            }
            catch (Exception e)
            {
                File.WriteAllBytes(Path.Combine(Path.GetTempPath(), "fuzz-failure"), file);
                Assert.Fail($"case {i}: {e}");
            }
            long managed = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(managed <= file.Length * (long)ManagedBytesPerByte + ManagedBytesAlways, $"case {i}: {managed} bytes for a file of {file.Length}");
            Assert.True(native <= (long)file.Length * nativeBytesPerByte, $"case {i}: {native} bytes of tensors for a file of {file.Length}");
            Assert.True(watch.ElapsedMilliseconds < 20_000, $"case {i}: {watch.ElapsedMilliseconds} ms");
        }
        Assert.InRange(refused, cases / 4, cases); // the damage is real
        Assert.Equal(["fuzz"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    // The first exception loads resources that the file is not to blame for.
    private static Func<string, long> Warm(Func<string, long> read)
    {
        string empty = Path.GetTempFileName();
        Assert.Throws<CheckpointFormatException>(() => { read(empty); });
        File.Delete(empty);
        return read;
    }
}

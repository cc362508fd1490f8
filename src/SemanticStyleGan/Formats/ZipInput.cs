using System.IO.Compression;
using System.IO.Hashing;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>
/// A zip file from an unknown source, checked before anything is unpacked: no entry twice, and no more unpacked bytes than
/// a small multiple of the file's size. Nothing is ever written to the disk, so names can't escape a folder.
/// </summary>
internal sealed class ZipInput : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    private ZipInput(string path, FileStream stream, ZipArchive archive)
    {
        this.path = path;
        this.stream = stream;
        this.archive = archive;
    }

    /// <summary>Opens and checks an archive; owns the stream from then on.</summary>
    /// <param name="path">The name for errors.</param>
    /// <param name="stream">The file.</param>
    /// <param name="largestRatio">How many times the file's size the unpacked entries may take.</param>
    public static ZipInput Open(string path, FileStream stream, int largestRatio)
    {
        ZipInput? zip = null;
        try
        {
            zip = new ZipInput(path, stream, new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
            zip.Check(largestRatio);
            return zip;
        }
        catch (Exception e)
        {
            if (zip is null) stream.Dispose();
            else zip.Dispose();
            if (e is not InputException && IsMalformed(e)) throw new CheckpointFormatException($"{path}: the zip directory at the file's end is damaged or missing (the file may be cut off): {e.Message}", e);
            throw;
        }
    }

    /// <summary>The entries' names in the order of the directory.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Unpacked bytes of an entry, or null where there is none.</summary>
    public long? Length(string name) => entries.TryGetValue(name, out ZipArchiveEntry? entry) ? entry.Length : null;

    /// <summary>Reads an entry through a function that is given its stream and length.</summary>
    public T Read<T>(string name, Func<Stream, long, T> read)
    {
        ZipArchiveEntry entry = entries[name];
        try
        {
            using Stream content = entry.Open();
            return read(content, entry.Length);
        }
        catch (Exception e) when (e is not InputException && IsMalformed(e))
        {
            throw new CheckpointFormatException($"{path}: the entry '{name}' is damaged: {e.Message}", e);
        }
    }

    /// <summary>Reads a whole entry into a tensor of the same size and checks its sum.</summary>
    public void ReadInto(string name, Tensor tensor)
    {
        Crc32 sum = new();
        Read(name, (content, _) =>
        {
            TensorBytes.ForEachPiece(tensor, bytes =>
            {
                content.ReadExactly(bytes);
                sum.Append(bytes);
            });
            return 0;
        });
        if (sum.GetCurrentHashAsUInt32() != entries[name].Crc32)
            throw new CheckpointFormatException($"{path}: the check sum of the entry '{name}' does not fit its bytes: the file is damaged.");
    }

    public void Dispose()
    {
        archive.Dispose();
        stream.Dispose();
    }

    private void Check(int largestRatio)
    {
        UInt128 total = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry)) throw new CheckpointFormatException($"{path}: the entry '{entry.FullName}' is there twice.");
            if (entry.IsEncrypted) throw new CheckpointFormatException($"{path}: the entry '{entry.FullName}' is encrypted.");
            if (entry.Length < 0 || entry.CompressedLength < 0) throw new CheckpointFormatException($"{path}: the entry '{entry.FullName}' has a negative size.");
            total += (ulong)entry.Length;
        }
        if (total > (UInt128)stream.Length * (uint)largestRatio)
            throw new CheckpointFormatException($"{path}: its entries claim {total} bytes, more than {largestRatio} times the file's {stream.Length}; refused.");
    }

    private static bool IsMalformed(Exception e) =>
        e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException or InvalidOperationException;
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SemanticStyleGan.Data;

/// <summary>
/// Reads entries of a zip file from many threads at once: the directory is read when opening, an entry with one positioned read.
/// (The framework's ZipArchive shares one stream position, so its readers would have to wait for each other.)
/// </summary>
internal sealed class RandomAccessZip : IDisposable
{
    private const int LocalHeaderSize = 30, DirectoryHeaderSize = 46, EndSize = 22, Zip64LocatorSize = 20, Zip64EndSize = 56;
    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private RandomAccessZip(string path, SafeFileHandle file) => (Path, _file, _length) = (path, file, RandomAccess.GetLength(file));

    /// <summary>The file, as given.</summary>
    internal string Path { get; }

    /// <summary>Opens a zip file and reads its directory.</summary>
    /// <exception cref="InputException">The file is missing or unreadable.</exception>
    /// <exception cref="DatasetFormatException">It is no zip file or damaged.</exception>
    internal static RandomAccessZip Open(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder, expected a zip file.");
        SafeFileHandle file;
        try
        {
            // Pipes and devices have no length; opening a pipe would wait for its other end.
            if (new FileInfo(path).Length == 0) throw new DatasetFormatException($"{path}: not a zip file, it is empty.");
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: could not be opened: {e.Message}", e);
        }
        try
        {
            RandomAccessZip zip = new(path, file);
            zip.ReadDirectory();
            return zip;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is an entry of that name.</summary>
    internal bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Reads an entry of at most <paramref name="most"/> bytes and checks it against its checksum.</summary>
    /// <exception cref="DatasetFormatException">It is missing, too large or damaged.</exception>
    internal byte[] Read(string name, long most)
    {
        if (!_entries.TryGetValue(name, out Entry entry)) throw Damaged($"the entry {name} is missing");
        if (entry.Size > most || entry.StoredSize > most) throw Damaged($"{name} has {Math.Max(entry.Size, entry.StoredSize)} bytes, expected at most {most}");
        byte[] local = ReadAt(entry.HeaderOffset, LocalHeaderSize, name);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != 0x04034B50) throw Damaged($"{name} is not where the directory says");
        long start = entry.HeaderOffset + LocalHeaderSize + UInt16(local, 26) + UInt16(local, 28);
        byte[] content = ReadAt(start, (int)entry.StoredSize, name);
        if (entry.Method == 8) content = Inflate(content, (int)entry.Size, name);
        else if (entry.Method != 0) throw Damaged($"{name} is compressed by method {entry.Method}, expected stored or deflate");
        if (content.Length != entry.Size || Crc32.HashToUInt32(content) != entry.Crc) throw Damaged($"{name} does not match its checksum");
        return content;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadDirectory()
    {
        // The end record is the last thing in the file but for a comment of up to 65,535 bytes.
        int tailSize = (int)Math.Min(_length, EndSize + ushort.MaxValue);
        byte[] tail = ReadAt(_length - tailSize, tailSize, "the directory");
        int end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < EndSize) throw new DatasetFormatException($"{Path}: not a zip file, or cut off.");
        (long count, long size, long offset) = (UInt16(tail, end + 10), UInt32(tail, end + 12), UInt32(tail, end + 16));
        if (end >= Zip64LocatorSize && UInt32(tail, end - Zip64LocatorSize) == 0x07064B50)
        {
            byte[] large = ReadAt(Int64(tail, end - Zip64LocatorSize + 8), Zip64EndSize, "the directory");
            if (UInt32(large, 0) != 0x06064B50) throw Damaged("its directory is not where it should be");
            (count, size, offset) = (Int64(large, 32), Int64(large, 40), Int64(large, 48));
        }
        if (count < 0 || size < 0 || size > Math.Min(_length, int.MaxValue) || count > size / DirectoryHeaderSize) throw Damaged("its directory has an impossible size");
        ParseDirectory(ReadAt(offset, (int)size, "the directory"), count);
    }

    private void ParseDirectory(ReadOnlySpan<byte> directory, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (directory.Length < DirectoryHeaderSize || UInt32(directory, 0) != 0x02014B50) throw Damaged($"entry {i} of its directory is invalid");
            int name = UInt16(directory, 28), extra = UInt16(directory, 30), comment = UInt16(directory, 32);
            if (directory.Length < DirectoryHeaderSize + name + extra + comment) throw Damaged($"entry {i} of its directory is cut off");
            Entry entry = new(UInt32(directory, 42), UInt32(directory, 20), UInt32(directory, 24), UInt16(directory, 10), UInt32(directory, 16));
            if ((UInt16(directory, 8) & 1) != 0) throw Damaged("its entries are encrypted");
            entry = WithLargeValues(entry, directory.Slice(DirectoryHeaderSize + name, extra));
            if (!_entries.TryAdd(Encoding.UTF8.GetString(directory.Slice(DirectoryHeaderSize, name)), entry)) throw Damaged($"entry {i} of its directory repeats a name");
            directory = directory[(DirectoryHeaderSize + name + extra + comment)..];
        }
    }

    // The zip64 extra field holds, in this order, those values that did not fit into 32 bits.
    private static Entry WithLargeValues(Entry entry, ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int size = Math.Min(UInt16(extra, 2), extra.Length - 4);
            ReadOnlySpan<byte> field = extra.Slice(4, size);
            if (UInt16(extra, 0) == 1)
                return entry with { Size = Take(ref field, entry.Size), StoredSize = Take(ref field, entry.StoredSize), HeaderOffset = Take(ref field, entry.HeaderOffset) };
            extra = extra[(4 + size)..];
        }
        return entry;

        static long Take(ref ReadOnlySpan<byte> field, long small)
        {
            if (small != uint.MaxValue || field.Length < 8) return small;
            long value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
            return value;
        }
    }

    private byte[] Inflate(byte[] compressed, int size, string name)
    {
        byte[] content = new byte[size];
        try
        {
            using DeflateStream inflate = new(new MemoryStream(compressed), CompressionMode.Decompress);
            inflate.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged($"{name} cannot be decompressed", e);
        }
    }

    private byte[] ReadAt(long offset, int count, string name)
    {
        if (offset < 0 || count < 0 || offset > _length - count) throw Damaged($"{name} lies outside the file (cut off?)");
        byte[] bytes = new byte[count];
        try
        {
            for (int done = 0; done < count;)
            {
                int read = RandomAccess.Read(_file, bytes.AsSpan(done), offset + done);
                if (read == 0) throw Damaged($"{name} lies outside the file (cut off?)");
                done += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{Path}: could not be read: {e.Message}", e);
        }
        return bytes;
    }

    private DatasetFormatException Damaged(string what, Exception? inner = null) =>
        inner is null ? new($"{Path}: damaged zip file: {what}.") : new($"{Path}: damaged zip file: {what}.", inner);

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private readonly record struct Entry(long HeaderOffset, long StoredSize, long Size, int Method, uint Crc);
}

using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SemanticStyleGan.Formats;

/// <summary>
/// Reads an LMDB 0.9 file (64-bit, little-endian, one unnamed database). The system's library maps the file into memory and trusts it:
/// a damaged one takes the process down. Here every page, offset and size is checked before it is used, and no library is needed.
/// Reading is thread-safe.
/// </summary>
/// <remarks>Layout, as in the public header documentation of LMDB: two meta pages at the start, then a B+ tree of branch and leaf pages;
/// a large value is a run of overflow pages.</remarks>
internal sealed class LmdbFile : IDisposable
{
    private const int HeaderBytes = 16, NodeBytes = 8, DatabaseBytes = 48, MostLevels = 32;
    private const int BranchPage = 1, LeafPage = 2, OverflowPage = 4, MetaPage = 8;
    private const int LargeValue = 1;

    private readonly SafeFileHandle handle;
    private readonly string path;
    private readonly Dictionary<string, Value> values = new(StringComparer.Ordinal);
    private readonly HashSet<long> visited = [];
    private readonly int pageSize;
    private readonly long pages;
    private byte[] lastKey = [];

    private readonly record struct Value(long Offset, int Length, bool IsLarge);

    private LmdbFile(SafeFileHandle handle, string path)
    {
        (this.handle, this.path) = (handle, path);
        long length = RandomAccess.GetLength(handle);
        Meta first = ReadMeta(0, length);
        pageSize = first.PageSize;
        Meta second = ReadMeta(pageSize, length);
        if (second.PageSize != pageSize) throw Bad(pageSize, "the two meta pages name different page sizes");
        Meta current = first.Transaction > second.Transaction ? first : second;
        pages = current.LastPage + 1;
        if (current.LastPage < 1 || current.LastPage >= length / pageSize) throw Bad(0, $"the file should have {current.LastPage + 1} pages of {pageSize} bytes, but ends before; it is cut off");
        if (current.Flags != 0) throw Bad(0, "its keys have a special order, which image data sets don't have");
        if (current.Root != -1) Walk(current.Root, current.Depth);
        if (values.Count != current.Entries) throw Bad(0, $"it names {current.Entries} entries, but {values.Count} are there");
    }

    private sealed record Meta(int PageSize, ushort Flags, ushort Depth, long Entries, long Root, long LastPage, ulong Transaction);

    /// <summary>The keys in the file's order; bytes as Latin-1.</summary>
    public IReadOnlyCollection<string> Keys => values.Keys;

    /// <summary>Opens a file (<c>data.mdb</c>) and reads its keys.</summary>
    /// <exception cref="DatasetFormatException">It is no LMDB 0.9 file or damaged; file and offset are named.</exception>
    /// <exception cref="InputException">The file can't be opened.</exception>
    public static LmdbFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            return new LmdbFile(handle, path);
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (e is FileNotFoundException or DirectoryNotFoundException) throw new InputException($"{path}: there is no such file, expected an LMDB data set.", e);
            if (e is IOException or UnauthorizedAccessException) throw new InputException($"{path}: could not be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>A value, or null where the key is not there.</summary>
    /// <exception cref="DatasetFormatException">The value's pages are damaged.</exception>
    public byte[]? Read(string key)
    {
        if (!values.TryGetValue(key, out Value value)) return null;
        if (value.IsLarge)
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            ReadAt(value.Offset - HeaderBytes, header);
            if (header[10] != OverflowPage || (long)BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) * pageSize < HeaderBytes + value.Length)
                throw Bad(value.Offset - HeaderBytes, $"the pages of the value '{key}' are damaged");
        }
        byte[] bytes = new byte[value.Length];
        ReadAt(value.Offset, bytes);
        return bytes;
    }

    public void Dispose() => handle.Dispose();

    private Meta ReadMeta(long offset, long length)
    {
        Span<byte> page = stackalloc byte[HeaderBytes + 24 + 2 * DatabaseBytes + 16];
        if (length < offset + page.Length) throw Bad(offset, "the file is too short for LMDB");
        ReadAt(offset, page);
        if ((page[10] & MetaPage) == 0 || BinaryPrimitives.ReadUInt32LittleEndian(page[16..]) != 0xBEEFC0DE) throw Bad(offset, "this is no LMDB file");
        if (BinaryPrimitives.ReadUInt32LittleEndian(page[20..]) is var version and not 1) throw Bad(offset, $"its format has the version {version}, expected 1 (LMDB 0.9)");
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(page[40..]); // kept in the first of two databases, that of free pages
        if (size is < 512 or > 65536 || !System.Numerics.BitOperations.IsPow2(size)) throw Bad(offset, $"its pages have {size} bytes");
        Span<byte> main = page.Slice(40 + DatabaseBytes, DatabaseBytes), rest = page[(40 + 2 * DatabaseBytes)..];
        return new Meta(
            (int)size, BinaryPrimitives.ReadUInt16LittleEndian(main[4..]), BinaryPrimitives.ReadUInt16LittleEndian(main[6..]),
            BinaryPrimitives.ReadInt64LittleEndian(main[32..]), BinaryPrimitives.ReadInt64LittleEndian(main[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
    }

    private void Walk(long number, int levels)
    {
        if (number < 2 || number >= pages || levels is < 1 or > MostLevels || !visited.Add(number))
            throw Bad(0, $"its tree leads to page {number}, which can't be part of it");
        long offset = number * pageSize;
        byte[] page = new byte[pageSize];
        ReadAt(offset, page);
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(10)), lower = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(12));
        if (BinaryPrimitives.ReadInt64LittleEndian(page) != number || kind != (levels > 1 ? BranchPage : LeafPage) || lower < HeaderBytes || lower > pageSize)
            throw Bad(offset, $"page {number} is damaged");
        for (int at = HeaderBytes; at + 2 <= lower; at += 2)
        {
            int node = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(at));
            if (node < lower || node + NodeBytes > pageSize) throw Bad(offset + at, $"page {number} is damaged");
            if (kind == BranchPage) Walk(Child(page.AsSpan(node)), levels - 1);
            else AddLeaf(page.AsSpan(node), offset + node);
        }
    }

    // A branch node: 48 bits of page number, then the key, which only a search would need.
    private static long Child(ReadOnlySpan<byte> node) =>
        BinaryPrimitives.ReadUInt32LittleEndian(node) | ((long)BinaryPrimitives.ReadUInt16LittleEndian(node[4..]) << 32);

    // A leaf node: 32 bits of value length, flags, key length, key, then the value or the number of its first overflow page.
    private void AddLeaf(ReadOnlySpan<byte> node, long offset)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(node);
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(node[4..]), keyLength = BinaryPrimitives.ReadUInt16LittleEndian(node[6..]);
        bool isLarge = flags == LargeValue;
        if (flags is not (0 or LargeValue) || keyLength is 0 or > 511 || NodeBytes + keyLength + (isLarge ? 8 : (long)length) > node.Length)
            throw Bad(offset, "an entry is damaged or of a kind that image data sets don't have");
        ReadOnlySpan<byte> key = node.Slice(NodeBytes, keyLength);
        if (key.SequenceCompareTo(lastKey) <= 0) throw Bad(offset, "its keys are not in order");
        lastKey = key.ToArray();
        long start = offset + NodeBytes + keyLength;
        if (isLarge)
        {
            long first = BinaryPrimitives.ReadInt64LittleEndian(node[(NodeBytes + keyLength)..]);
            if (first < 2 || first >= pages || length > (pages - first) * pageSize - HeaderBytes || length > Array.MaxLength)
                throw Bad(offset, $"the value '{Encoding.Latin1.GetString(key)}' lies beyond the file's end");
            start = first * pageSize + HeaderBytes;
        }
        values.Add(Encoding.Latin1.GetString(key), new Value(start, (int)length, isLarge));
    }

    private void ReadAt(long offset, Span<byte> bytes)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(handle, bytes[done..], offset + done);
            if (read == 0) throw Bad(offset + done, "the file ends early");
            done += read;
        }
    }

    private DatasetFormatException Bad(long offset, string what) => new($"{path}: byte {offset}: {what}.");
}

using System.IO.Hashing;
using System.Text;

namespace SemanticStyleGan.Formats;

/// <summary>
/// Writes a zip of stored entries whose data begins at multiples of 64 bytes, as PyTorch's own files do, so that others can map
/// them into memory; .NET's archive gives no control over that. Zip64 fields are written where sizes need them.
/// </summary>
/// <remarks>Source: PKWARE's APPNOTE, sections 4.3 and 4.5.3.</remarks>
internal sealed class StoredZip(FileStream stream, uint zip64From = uint.MaxValue)
{
    private const int Alignment = 64;
    private const ushort Utf8Names = 1 << 11, FirstOfJanuary1980 = 0x21, Zip64Field = 1, PaddingField = 0x4246; // "FB"

    private readonly List<Entry> entries = [];

    private sealed record Entry(byte[] Name, long Offset, long Length, uint Sum);

    /// <summary>A number made of all entries' check sums.</summary>
    public ulong CheckSums => entries.Aggregate(0UL, (all, entry) => (all * 31) ^ entry.Sum);

    /// <summary>Adds an entry.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        byte[] bytes = content.ToArray();
        Add(name, bytes.Length, write => write(bytes));
    }

    /// <summary>Adds an entry of known length, whose content is given in pieces.</summary>
    public void Add(string name, long length, Action<Action<ReadOnlySpan<byte>>> fill)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        long start = stream.Position;
        using (BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true)) WriteLocalHeader(writer, nameBytes, length, start);

        Crc32 sum = new();
        long data = stream.Position;
        fill(bytes =>
        {
            sum.Append(bytes);
            stream.Write(bytes);
        });
        long end = stream.Position;
        if (end - data != length) throw new InvalidOperationException($"{name}: {end - data} bytes, announced {length}");
        stream.Position = start + 14;
        stream.Write(BitConverter.GetBytes(sum.GetCurrentHashAsUInt32()));
        stream.Position = end;
        entries.Add(new Entry(nameBytes, start, length, sum.GetCurrentHashAsUInt32()));
    }

    /// <summary>Writes the directory; nothing can be added afterwards.</summary>
    public void Finish()
    {
        using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
        long start = stream.Position;
        foreach (Entry entry in entries) WriteDirectoryEntry(writer, entry);
        long size = stream.Position - start;
        if (IsLarge(start) || IsLarge(size) || entries.Count >= ushort.MaxValue || zip64From == 0) WriteZip64End(writer, start, size);
        ushort count = (ushort)Math.Min(entries.Count, ushort.MaxValue);
        writer.Write(0x06054b50);
        writer.Write(0); // disk numbers
        writer.Write(count);
        writer.Write(count);
        writer.Write(Small(size));
        writer.Write(Small(start));
        writer.Write((ushort)0); // comment
    }

    private bool IsLarge(long number) => number >= zip64From;

    private uint Small(long number) => IsLarge(number) ? uint.MaxValue : (uint)number;

    private void WriteLocalHeader(BinaryWriter writer, byte[] name, long length, long start)
    {
        int zip64 = IsLarge(length) ? 20 : 0;
        long unpadded = start + 30 + name.Length + zip64 + 4;
        int padding = (int)((Alignment - unpadded % Alignment) % Alignment);
        writer.Write(0x04034b50);
        WriteCommon(writer, zip64 > 0, sum: 0, length);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)(zip64 + 4 + padding));
        writer.Write(name);
        if (zip64 > 0)
        {
            writer.Write(Zip64Field);
            writer.Write((ushort)16);
            writer.Write(length);
            writer.Write(length);
        }
        writer.Write(PaddingField);
        writer.Write((ushort)padding);
        writer.Write([.. Enumerable.Repeat((byte)'Z', padding)]);
    }

    private void WriteDirectoryEntry(BinaryWriter writer, Entry entry)
    {
        int fields = (IsLarge(entry.Length) ? 2 : 0) + (IsLarge(entry.Offset) ? 1 : 0);
        writer.Write(0x02014b50);
        writer.Write((ushort)(fields > 0 ? 45 : 20)); // made by
        WriteCommon(writer, fields > 0, entry.Sum, entry.Length);
        writer.Write((ushort)entry.Name.Length);
        writer.Write((ushort)(fields > 0 ? 4 + 8 * fields : 0));
        writer.Write((ushort)0); // comment
        writer.Write((ushort)0); // disk
        writer.Write((ushort)0); // internal attributes
        writer.Write(0); // external attributes
        writer.Write(Small(entry.Offset));
        writer.Write(entry.Name);
        if (fields == 0) return;
        writer.Write(Zip64Field);
        writer.Write((ushort)(8 * fields));
        if (IsLarge(entry.Length))
        {
            writer.Write(entry.Length);
            writer.Write(entry.Length);
        }
        if (IsLarge(entry.Offset)) writer.Write(entry.Offset);
    }

    // The fields that local headers and directory share, from "version needed" to "uncompressed size".
    private void WriteCommon(BinaryWriter writer, bool zip64, uint sum, long length)
    {
        writer.Write((ushort)(zip64 ? 45 : 20));
        writer.Write(Utf8Names);
        writer.Write((ushort)0); // stored
        writer.Write((ushort)0); // time
        writer.Write(FirstOfJanuary1980);
        writer.Write(sum);
        writer.Write(Small(length));
        writer.Write(Small(length));
    }

    private void WriteZip64End(BinaryWriter writer, long start, long size)
    {
        long end = stream.Position;
        writer.Write(0x06064b50);
        writer.Write(44L); // bytes that follow
        writer.Write((ushort)45);
        writer.Write((ushort)45);
        writer.Write(0);
        writer.Write(0);
        writer.Write((long)entries.Count);
        writer.Write((long)entries.Count);
        writer.Write(size);
        writer.Write(start);
        writer.Write(0x07064b50); // where that record is
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
    }
}

using System.Text;

namespace SemanticStyleGan.Formats;

/// <summary>Bytes of a pickle, counted and bounded: nothing is allocated that the rest of the file could not fill.</summary>
internal sealed class PickleInput(Stream stream, long length, string source)
{
    /// <summary>Objects take up to 40 times their bytes in a pickle; weights are not in it, so real ones have a megabyte at most.</summary>
    private const long LongestPickle = 64 << 20;
    private const int LongestLine = 256;

    private readonly byte[] buffer = new byte[Math.Clamp(length, 1, 1 << 16)];
    private int filled;
    private int next;

    /// <summary>Bytes taken so far.</summary>
    public long Offset { get; private set; }

    /// <summary>The next byte.</summary>
    public byte Byte()
    {
        Need(1);
        if (next == filled) Fill();
        Offset++;
        return buffer[next++];
    }

    /// <summary>The next bytes.</summary>
    public byte[] Bytes(ulong count)
    {
        Need(count);
        byte[] bytes = new byte[count];
        for (int done = 0; done < bytes.Length;)
        {
            if (next == filled) Fill();
            int piece = Math.Min(filled - next, bytes.Length - done);
            buffer.AsSpan(next, piece).CopyTo(bytes.AsSpan(done));
            next += piece;
            done += piece;
        }
        Offset += bytes.Length;
        return bytes;
    }

    /// <summary>A little-endian unsigned number of up to eight bytes.</summary>
    public ulong Number(int bytes)
    {
        ulong number = 0;
        for (int i = 0; i < bytes; i++) number |= (ulong)Byte() << (8 * i);
        return number;
    }

    /// <summary>Text up to a line feed, without it.</summary>
    public string Line()
    {
        StringBuilder line = new();
        for (byte b = Byte(); b != '\n'; b = Byte())
        {
            if (line.Length == LongestLine) throw Bad($"a name of more than {LongestLine} characters");
            line.Append((char)b);
        }
        return line.ToString();
    }

    /// <summary>An error at the current place.</summary>
    public CheckpointFormatException Bad(string what) => new($"{source}: byte {Offset}: {what}.");

    private void Need(ulong count)
    {
        if (count > (ulong)(length - Offset)) throw Bad($"{count} bytes are wanted, but {length - Offset} are left; the file is cut off or damaged");
        if (count > (ulong)(LongestPickle - Offset)) throw Bad($"a pickle of more than {LongestPickle} bytes is no checkpoint of this kind");
    }

    private void Fill()
    {
        next = 0;
        filled = stream.Read(buffer, 0, buffer.Length);
        if (filled == 0) throw Bad("the data ends in the middle of a value");
    }
}

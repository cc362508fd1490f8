using System.Buffers.Binary;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>Damages files in the ways that disks, networks and attackers do; the same seed gives the same damage.</summary>
internal sealed class Mutation(int seed)
{
    private static readonly ulong[] Numbers =
        [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, long.MaxValue, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 7];

    private readonly Random random = new(seed);

    public byte[] Of(byte[] file, byte[]? other = null)
    {
        byte[] result = [.. file];
        for (int changes = random.Next(1, 5); changes > 0; changes--) result = Change(result, other ?? file);
        return result;
    }

    public int Next(int limit) => random.Next(limit);

    public void Fill(Span<byte> bytes) => random.NextBytes(bytes);

    private byte[] Change(byte[] file, byte[] other)
    {
        if (file.Length == 0) return [0];
        int at = random.Next(file.Length);
        switch (random.Next(9))
        {
            case 0: return file[..at];
            case 1: file[at] ^= (byte)(1 << random.Next(8)); return file;
            case 2: file[at] = (byte)random.Next(256); return file;
            case 3: WriteNumber(file, at); return file;
            case 4: return Digit(file);
            case 5: return [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 64))..]];
            case 6: return [.. file[..at], .. Piece(file), .. file[at..]];
            case 7: return [.. file[..at], .. Piece(other), .. file[at..]];
            default:
                byte[] piece = Piece(other);
                piece.AsSpan(0, Math.Min(piece.Length, file.Length - at)).CopyTo(file.AsSpan(at));
                return file;
        }
    }

    private byte[] Piece(byte[] file)
    {
        if (file.Length == 0) return [];
        int at = random.Next(file.Length);
        return file[at..Math.Min(file.Length, at + random.Next(1, 64))];
    }

    private void WriteNumber(byte[] file, int at)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Numbers[random.Next(Numbers.Length)]);
        int bytes = Math.Min(1 << random.Next(4), file.Length - at);
        number[..bytes].CopyTo(file.AsSpan(at));
    }

    // Sizes in text headers are the interesting digits.
    private byte[] Digit(byte[] file)
    {
        int[] digits = [.. Enumerable.Range(0, file.Length).Where(i => file[i] is >= (byte)'0' and <= (byte)'9')];
        if (digits.Length > 0) file[digits[random.Next(digits.Length)]] = (byte)"0123456789-,[ "[random.Next(14)];
        return file;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SemanticStyleGan.Formats;

/// <summary>The header of a .npy array: magic, version, length and the text of a Python dict with type, order and shape.</summary>
internal sealed partial record NpyHeader(string Type, bool FortranOrder, long[] Shape, long Bytes)
{
    private const int LongestText = 1 << 16;
    private const int MostDimensions = 32; // NumPy's limit up to version 1
    private const int Alignment = 64;
    private const int RoomToGrow = 21; // NumPy leaves room for the digits of the first axis

    /// <summary>The element types that are known, as the header names them.</summary>
    private static readonly string[] Types = ["<f4", "<f8", "<f2", "<i8", "<i4", "<i2", "|i1", "|u1", "|b1"];

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header from the start of a stream of known length.</summary>
    public static NpyHeader Read(Stream stream, long length, string source)
    {
        try
        {
            Span<byte> start = stackalloc byte[12];
            if (length < 10) throw Bad(source, 0, $"{length} bytes are too few for a .npy array");
            stream.ReadExactly(start[..10]);
            if (!start.StartsWith(Magic)) throw Bad(source, 0, "this is no .npy array (its first bytes are other ones)");
            int version = start[6], text = 10;
            if (version is < 1 or > 3 || start[7] != 0) throw Bad(source, 6, $"version {version}.{start[7]} of the format is not known; known are 1.0, 2.0 and 3.0");
            long textLength = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
            if (version > 1)
            {
                stream.ReadExactly(start[10..12]);
                textLength = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
                text = 12;
            }
            if (textLength > Math.Min(length - text, LongestText)) throw Bad(source, 8, $"a header of {textLength} bytes does not fit");
            byte[] bytes = new byte[textLength];
            stream.ReadExactly(bytes);
            return Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), text, textLength + text, source);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Bad(source, 0, "the header could not be read to its end");
        }
    }

    /// <summary>The bytes before the data, as NumPy writes them.</summary>
    public static byte[] Encode(string type, long[] shape)
    {
        string tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {tuple}, }}";
        if (shape.Length > 0) text += new string(' ', RoomToGrow - shape[0].ToString(CultureInfo.InvariantCulture).Length);
        text += new string(' ', Alignment - (Magic.Length + 4 + text.Length + 1) % Alignment) + "\n";
        byte[] bytes = [.. Magic, 1, 0, 0, 0, .. Encoding.Latin1.GetBytes(text)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)text.Length);
        return bytes;
    }

    private static NpyHeader Parse(string text, int offset, long bytes, string source)
    {
        Match match = Dictionary().Match(text);
        string? descr = null, order = null, shape = null;
        for (int i = 0; match.Success && i < 3; i++)
        {
            string value = match.Groups[2 * i + 2].Value;
            switch (match.Groups[2 * i + 1].Value)
            {
                case "descr": descr = value; break;
                case "fortran_order": order = value; break;
                default: shape = value; break;
            }
        }
        if (descr is null || order is not ("True" or "False") || shape is null || !shape.StartsWith('('))
            throw Bad(source, offset, "the header is not the text of a dict with 'descr', 'fortran_order' and 'shape' for a plain array");

        descr = descr.Trim('\'', '"');
        string? type = Types.FirstOrDefault(known => known == descr || (known[0] == '|' && known[1..] == descr[1..]));
        if (type is null)
            throw Bad(source, offset, $"the type '{descr}' is not supported{(descr.EndsWith('O') ? " (pickled objects are never loaded)" : "")}; supported are {string.Join(", ", Types)}");
        return new NpyHeader(type, order == "True", ParseShape(shape, offset, source), bytes);
    }

    private static long[] ParseShape(string tuple, int offset, string source)
    {
        string[] parts = tuple.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > MostDimensions) throw Bad(source, offset, $"more than {MostDimensions} dimensions");
        long[] shape = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!long.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                throw Bad(source, offset, $"the shape {tuple} is not a list of sizes");
        return shape;
    }

    private static CheckpointFormatException Bad(string source, long offset, string what) => new($"{source}: byte {offset}: {what}.");

    // Three keys in any order; the values are quoted text, a truth value or a tuple of numbers.
    private const string Key = @"\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([0-9L,\s]*\))\s*";

    [GeneratedRegex(@"^\s*\{" + Key + "," + Key + "," + Key + @"(?:,\s*)?\}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}

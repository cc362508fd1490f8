using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The JSON header of a safetensors file, validated: what it names lies in the file, once, without gaps.</summary>
internal sealed class SafetensorsHeader
{
    private const long LargestHeader = 100_000_000; // the limit of the format's own library
    private const int MostDimensions = 64; // libtorch's own limit for most operations
    private const string MetadataKey = "__metadata__";

    private static readonly (string Name, ScalarType Type)[] Types =
    [
        ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16), ("F64", ScalarType.Float64),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    private readonly string path;
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly List<Entry> entries = [];

    private SafetensorsHeader(string path) => this.path = path;

    /// <summary>One tensor: its byte range counts from the end of the header.</summary>
    internal sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The header's text.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads the header and leaves the stream at the first byte of data.</summary>
    public static SafetensorsHeader Read(FileStream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8) throw new CheckpointFormatException($"{path}: {stream.Length} bytes are too few for a safetensors file.");
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length < 2 || length > LargestHeader || length > (ulong)(stream.Length - 8))
            throw new CheckpointFormatException($"{path}: byte 0: a header of {length} bytes does not fit this file of {stream.Length} bytes; it is cut off or no safetensors file.");

        byte[] json = new byte[length];
        stream.ReadExactly(json);
        SafetensorsHeader header = new(path);
        header.Parse(json);
        header.CheckRanges(stream.Length - 8 - (long)length);
        return header;
    }

    /// <summary>The header's bytes, padded with spaces to a multiple of eight.</summary>
    public static byte[] Encode(IEnumerable<Entry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (Entry entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", Types.First(t => t.Type == entry.Type).Name);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private void Parse(byte[] json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            Expect(ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (!names.Add(name)) throw Bad(reader, $"the name '{name}' is there twice");
                if (name == MetadataKey) ParseMetadata(ref reader);
                else entries.Add(ParseEntry(ref reader, name));
            }
            while (reader.Read()) { /* only white space may follow; anything else throws */ }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not Unicode.
            throw new CheckpointFormatException($"{path}: byte {8 + reader.BytesConsumed}: the header is not valid JSON: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            if (!metadata.TryAdd(key, reader.GetString()!)) throw Bad(reader, $"the metadata '{key}' is there twice");
        }
    }

    private Entry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        ScalarType? type = null;
        long[]? shape = null, range = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            switch (key)
            {
                case "dtype" when type is null: type = ParseType(ref reader, name); break;
                case "shape" when shape is null: shape = ParseNumbers(ref reader, MostDimensions); break;
                case "data_offsets" when range is null: range = ParseNumbers(ref reader, 2); break;
                default: throw Bad(reader, $"tensor '{name}': '{key}' is unknown or there twice");
            }
        }
        if (type is null || shape is null || range is not [long begin, long end])
            throw Bad(reader, $"tensor '{name}' lacks its type, its shape or its two offsets");
        if (!TensorBytes.TryCount(shape, type.Value, out _, out long bytes) || end < begin || end - begin != bytes)
            throw Bad(reader, $"tensor '{name}': {type} of shape [{string.Join(", ", shape)}] does not fill the bytes {begin} to {end}");
        return new Entry(name, type.Value, shape, begin, end);
    }

    private ScalarType ParseType(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String);
        string text = reader.GetString()!;
        foreach ((string known, ScalarType type) in Types)
            if (known == text)
                return type;
        throw Bad(reader, $"tensor '{name}': the type '{text}' is not supported; supported are {string.Join(", ", Types.Select(t => t.Name))}");
    }

    private long[] ParseNumbers(ref Utf8JsonReader reader, int most)
    {
        List<long> numbers = [];
        Expect(ref reader, JsonTokenType.StartArray);
        while (Next(ref reader) == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out long number) || number < 0) throw Bad(reader, "a size or offset is not a whole number from 0 to 2^63 - 1");
            if (numbers.Count == most) throw Bad(reader, $"more than {most} numbers in one list");
            numbers.Add(number);
        }
        if (reader.TokenType != JsonTokenType.EndArray) throw Bad(reader, $"expected a number, found {reader.TokenType}");
        return [.. numbers];
    }

    private void CheckRanges(long dataLength)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long expected = 0;
        foreach (Entry entry in entries)
        {
            if (entry.End > dataLength)
                throw new CheckpointFormatException($"{path}: tensor '{entry.Name}' ends at data byte {entry.End}, but there are {dataLength}; the file is cut off.");
            if (entry.Begin != expected)
                throw new CheckpointFormatException($"{path}: tensor '{entry.Name}' begins at data byte {entry.Begin}, expected {expected}: {(entry.Begin < expected ? "tensors overlap" : "there is a gap")}.");
            expected = entry.End;
        }
        if (expected != dataLength)
            throw new CheckpointFormatException($"{path}: the tensors end at data byte {expected}, but there are {dataLength}: bytes that belong to no tensor.");
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (Next(ref reader) != expected) throw Bad(reader, $"expected {expected}, found {reader.TokenType}");
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : JsonTokenType.None;

    private CheckpointFormatException Bad(in Utf8JsonReader reader, string what) =>
        new($"{path}: byte {8 + reader.TokenStartIndex}: {what}.");
}

using SemanticStyleGan.Data;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests.Data;

/// <summary>Samples whose bytes follow from their index: noise, and labels in blocks.</summary>
internal sealed class PatternSource(int count, int size, SemanticLayout? layout) : ISampleSource
{
    private int _reads;

    public SemanticLayout? Layout => layout;
    public int Size => size;
    public int Count => count;
    public string Description => "pattern";
    public int Reads => _reads;

    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        Interlocked.Increment(ref _reads);
        SplitMix64 random = new(7, index);
        for (int i = 0; i < rgb.Length; i++) rgb[i] = (byte)random.Next(256);
        for (int i = 0; i < labels.Length; i++) labels[i] = (byte)((i / 5 + index) % layout!.Count);
    }

    public (byte[] Rgb, byte[] Labels) this[int index]
    {
        get
        {
            byte[] rgb = new byte[3 * size * size], labels = new byte[layout is null ? 0 : size * size];
            Read(index, rgb, labels);
            return (rgb, labels);
        }
    }

    /// <summary>Writes all samples as an archive.</summary>
    public void WriteTo(string path) => DatasetArchiveWriter.Write(path, layout, size, Description, writer =>
    {
        for (int i = 0; i < count; i++)
        {
            (byte[] rgb, byte[] labels) = this[i];
            writer.Add(writer.Encode(rgb, labels, $"sample {i}"));
        }
    });
}

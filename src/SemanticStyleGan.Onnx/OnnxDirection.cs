using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Onnx;

/// <summary>A way to move W+ codes that changes one thing about a picture, as the command <c>directions</c> writes it.</summary>
public sealed class OnnxDirection
{
    private const string Format = "semantic-stylegan-direction", StepName = "step";
    private readonly float[] step;

    private OnnxDirection(string name, float[] step) => (Name, this.step) = (name, step);

    /// <summary>For example <c>hair-length</c>.</summary>
    public string Name { get; }

    /// <summary>What is added for a strength of 1, <c>[base + 2K, D]</c>.</summary>
    public ReadOnlySpan<float> Step => step;

    /// <summary>Reads a <c>.direction</c> file.</summary>
    /// <exception cref="InputException">The file is missing, something else, or belongs to another model.</exception>
    public static OnnxDirection Load(string path, OnnxModel model)
    {
        using FileStream stream = InputFile.Open(path, "a .direction file");
        try
        {
            byte[] length = new byte[8];
            stream.ReadExactly(length);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(length);
            if (size > Math.Min(1 << 20, (ulong)(stream.Length - 8))) throw NoDirection(path);
            byte[] header = new byte[size];
            stream.ReadExactly(header);
            using JsonDocument json = JsonDocument.Parse(header);
            JsonElement metadata = json.RootElement.GetProperty("__metadata__"), entry = json.RootElement.GetProperty(StepName);
            if (metadata.GetProperty("format").GetString() != Format || entry.GetProperty("dtype").GetString() != "F32") throw NoDirection(path);
            string? owner = metadata.GetProperty("model").GetString();
            if (owner != model.Fingerprint)
                throw new InputException($"{path}: belongs to another model (fingerprint {owner}, this model has {model.Fingerprint}); make it anew with 'directions'.");
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
            if (shape is not [var slots, var d] || slots != model.Config.LatentSlots || d != model.Config.StyleSize || stream.Length - stream.Position != 4 * slots * d) throw NoDirection(path);
            float[] step = new float[slots * d];
            stream.ReadExactly(MemoryMarshal.AsBytes(step.AsSpan()));
            return new OnnxDirection(metadata.GetProperty("name").GetString() ?? "", step);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or EndOfStreamException or FormatException)
        {
            throw NoDirection(path, e);
        }
    }

    private static CheckpointFormatException NoDirection(string path, Exception? inner = null) =>
        new($"{path}: no direction file of this model, expected one that 'directions' wrote.", inner!);
}

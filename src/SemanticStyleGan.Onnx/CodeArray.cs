using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Onnx;

/// <summary>W+ codes <c>[N, base + 2K, D]</c> as plain numbers; what their slots mean says <see cref="LatentCode"/>. Not changed once made.</summary>
public sealed class CodeArray
{
    private readonly float[] values;

    /// <summary>Codes of their numbers, slot by slot, which are copied.</summary>
    /// <exception cref="InputException">The count of numbers is no multiple of a code's, or one is not finite.</exception>
    public CodeArray(ReadOnlySpan<float> values, GeneratorConfig config) : this(values.ToArray(), config)
    {
        if (values.IsEmpty || values.Length % (Slots * Size) != 0)
            throw new InputException($"{values.Length} numbers, expected a multiple of {Slots} slots of {Size} (W+ codes of this model).");
        if (this.values.Any(v => !float.IsFinite(v))) throw new InputException("a code has values that are not finite.");
    }

    private CodeArray(float[] values, GeneratorConfig config) => (this.values, Config) = (values, config);

    /// <summary>The sizes of the model that the codes are for.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>How many codes N.</summary>
    public int Count => values.Length / (Slots * Size);

    /// <summary>Slots of a code, base + 2K.</summary>
    public int Slots => Config.LatentSlots;

    /// <summary>Numbers D of a slot.</summary>
    public int Size => Config.StyleSize;

    /// <summary>All numbers, code by code, slot by slot.</summary>
    public ReadOnlySpan<float> Values => values;

    internal float[] Buffer => values;

    /// <summary>The code at an index, as codes with N = 1.</summary>
    public CodeArray this[int index] => Range(index, 1);

    /// <summary>Some codes that follow each other.</summary>
    public CodeArray Range(int first, int count) => new(values[(first * Slots * Size)..((first + count) * Slots * Size)], Config);

    /// <summary>One slot of one code.</summary>
    public ReadOnlySpan<float> Slot(int index, int slot) => values.AsSpan((index * Slots + slot) * Size, Size);

    /// <summary>The codes of all, one after the other.</summary>
    public static CodeArray Concat(params IReadOnlyList<CodeArray> codes) => new([.. codes.SelectMany(c => c.values)], codes[0].Config);

    /// <summary>The same w <c>[N, D]</c> in every slot.</summary>
    public static CodeArray Broadcast(ReadOnlySpan<float> w, GeneratorConfig config)
    {
        int count = w.Length / config.StyleSize;
        float[] values = new float[count * config.LatentSlots * config.StyleSize];
        for (int at = 0; at < count * config.LatentSlots; at++)
            w.Slice(at / config.LatentSlots * config.StyleSize, config.StyleSize).CopyTo(values.AsSpan(at * config.StyleSize));
        return new CodeArray(values, config);
    }

    /// <summary>Codes whose chosen slots come from <paramref name="source"/> and all others from here; each may have N = 1.</summary>
    /// <exception cref="InputException">Both have several codes, and not equally many.</exception>
    public CodeArray Replace(PartSelection selection, CodeArray source)
    {
        if (Count != source.Count && Count != 1 && source.Count != 1)
            throw new InputException($"{source.Count} codes put into {Count}, expected equally many or one.");
        int count = Math.Max(Count, source.Count);
        float[] mixed = new float[count * Slots * Size];
        for (int i = 0; i < count; i++)
            for (int slot = 0; slot < Slots; slot++)
            {
                CodeArray from = selection.Slots.Contains(slot) ? source : this;
                from.Slot(from.Count == 1 ? 0 : i, slot).CopyTo(mixed.AsSpan((i * Slots + slot) * Size));
            }
        return new CodeArray(mixed, Config);
    }

    /// <summary>Codes moved along a step <c>[base + 2K, D]</c> times a strength.</summary>
    public CodeArray Plus(ReadOnlySpan<float> step, double strength)
    {
        float[] moved = new float[values.Length];
        for (int i = 0; i < moved.Length; i++) moved[i] = values[i] + (float)strength * step[i % step.Length];
        return new CodeArray(moved, Config);
    }

    /// <summary>Codes at even places of the spline through these.</summary>
    internal CodeArray Walk(int steps)
    {
        double[,] weights = SplineWeights.Of(Count, steps);
        int numbers = Slots * Size;
        float[] walk = new float[steps * numbers];
        for (int i = 0; i < walk.Length; i++)
        {
            double sum = 0;
            for (int knot = 0; knot < Count; knot++) sum += weights[i / numbers, knot] * values[knot * numbers + i % numbers];
            walk[i] = (float)sum;
        }
        return new CodeArray(walk, Config);
    }

    /// <summary>Reads a <c>.npy</c> file of w <c>[N, D]</c> or W+ <c>[N, base + 2K, D]</c> codes, such as the command line's <c>latents.npy</c>.</summary>
    /// <exception cref="InputException">The file can't be read, or its codes are not for this model.</exception>
    public static CodeArray Read(string path, GeneratorConfig config)
    {
        using FileStream stream = InputFile.Open(path, "a .npy file");
        NpyHeader header = NpyHeader.Read(stream, stream.Length, path);
        (int slots, int size) = (config.LatentSlots, config.StyleSize);
        bool isW = header.Shape is [_, var d] && d == size;
        if (header.Type != "<f4" || header.FortranOrder || !isW && !(header.Shape is [_, var s, var e] && s == slots && e == size)
            || header.Shape[0] == 0 || header.Shape.Aggregate(4L, (a, b) => a * b) != stream.Length - header.Bytes)
            throw new CheckpointFormatException($"{path}: {header.Type} of shape [{string.Join(", ", header.Shape)}], expected float32 of [N, {size}] (w) or [N, {slots}, {size}] (W+) for this model.");
        float[] values = new float[(stream.Length - header.Bytes) / 4];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian) foreach (ref float v in values.AsSpan()) v = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReverseEndianness(BitConverter.SingleToInt32Bits(v)));
        return isW ? Broadcast(values, config) : new CodeArray((ReadOnlySpan<float>)values, config);
    }

    /// <summary>Writes the codes as a <c>.npy</c> file that the command line reads too.</summary>
    /// <exception cref="InputException">The place can't be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        stream.Write(NpyHeader.Encode("<f4", [Count, Slots, Size]));
        stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    });
}

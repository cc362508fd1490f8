using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Onnx;

/// <summary>A model that <c>semantic-stylegan export onnx</c> wrote, run by ONNX Runtime on the CPU. Safe to use from several threads.</summary>
public sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession mapping, synthesis;
    private readonly RunOptions run = new();

    private OnnxModel(InferenceSession mapping, InferenceSession synthesis, string source)
    {
        (this.mapping, this.synthesis) = (mapping, synthesis);
        IReadOnlyDictionary<string, string> metadata = Metadata(synthesis, source);
        Config = Read(metadata, "config", source, text => JsonSerializer.Deserialize<GeneratorConfig>(text, StrictJson.Options)!.Validate());
        Layout = Read(metadata, "layout", source, text => SemanticLayout.FromJson(JsonNode.Parse(text), source));
        Fingerprint = metadata.GetValueOrDefault("model") ?? "";
        if (Metadata(mapping, source).GetValueOrDefault("model") != Fingerprint)
            throw new CheckpointFormatException($"{source}: {OnnxModelFormat.MappingFile} and {OnnxModelFormat.SynthesisFile} are of different models; export both anew.");
        RequireInputs(mapping, Path.Combine(source, OnnxModelFormat.MappingFile), "z", [-1, Config.StyleSize], "truncation");
        RequireInputs(synthesis, Path.Combine(source, OnnxModelFormat.SynthesisFile), "codes", [-1, Config.LatentSlots, Config.StyleSize], HasCoordinates ? ["coordinates", "composition_mask"] : ["composition_mask"]);
        if (Layout.Count != Config.Parts) throw new CheckpointFormatException($"{source}: layout '{Layout.Name}' has {Layout.Count} classes, the model {Config.Parts} parts.");
        Latents = new LatentCode(Config);
        NoiseSizes = [.. Enumerable.Range(0, int.MaxValue).Select(i => synthesis.OverridableInitializerMetadata.GetValueOrDefault($"noise_{i}")).TakeWhile(map => map is not null).Select(map => map!.Dimensions[^1])];
        MeanLatent = Run(mapping, [("z", new float[Config.StyleSize], [1, Config.StyleSize])], "mean")[0];
    }

    /// <summary>The sizes.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>The parts' names and colours.</summary>
    public SemanticLayout Layout { get; }

    /// <summary>The structure of W+.</summary>
    public LatentCode Latents { get; }

    /// <summary>The average w <c>[D]</c>, towards which truncation moves.</summary>
    public IReadOnlyList<float> MeanLatent { get; }

    /// <summary>Width and height of the noise maps, in the order of their use.</summary>
    public IReadOnlyList<int> NoiseSizes { get; }

    /// <summary>The fingerprint of the model that was exported.</summary>
    public string Fingerprint { get; }

    private bool HasCoordinates => Config.Architecture == GeneratorArchitecture.LocalGenerators;

    /// <summary>Opens a model.</summary>
    /// <param name="folder">What <c>export onnx</c> wrote; null for the faces of 64² pixels inside this package.</param>
    /// <param name="threads">How many cores to compute on; 0 for all.</param>
    /// <exception cref="InputException">A file is missing, damaged, of another kind, or of an operator set that this ONNX Runtime does not have.</exception>
    public static OnnxModel Open(string? folder = null, int threads = 0)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        // Waiting threads sleep instead of spinning, as those of libtorch do here.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        InferenceSession mapping = Load(folder, OnnxModelFormat.MappingFile, options);
        InferenceSession? synthesis = null;
        try
        {
            synthesis = Load(folder, OnnxModelFormat.SynthesisFile, options);
            return new OnnxModel(mapping, synthesis, folder ?? "bundled model");
        }
        catch
        {
            mapping.Dispose();
            synthesis?.Dispose();
            throw;
        }
    }

    /// <summary>w <c>[N, D]</c> of z <c>[N, D]</c>, moved towards the mean by truncation: 0 (the mean picture) to 1 (all variety).</summary>
    /// <exception cref="InputException">No multiple of D numbers.</exception>
    public float[] Map(float[] z, double truncation = 1) => z.Length == 0 || z.Length % Config.StyleSize != 0
        ? throw new InputException($"{z.Length} numbers z, expected a multiple of {Config.StyleSize} for this model.")
        : Run(mapping, [("z", z, [z.Length / Config.StyleSize, Config.StyleSize]), ("truncation", [(float)truncation], [1])], "w")[0];

    /// <summary>Image, mask, coarse mask and depths of codes.</summary>
    /// <param name="codes">W+ codes of this model.</param>
    /// <param name="coordinates">Where each part is asked for its features, <c>[N or 1, K, 2, S, S]</c>; the regular grid where null.</param>
    /// <param name="compositionMask">1 where a part is on, 0 where it is off, <c>[N, K]</c>; all on where null.</param>
    /// <param name="noise">A map <c>[N or 1, 1, H, W]</c> for each of <see cref="NoiseSizes"/>; the stored ones where null.</param>
    /// <exception cref="InputException">Codes of another model's sizes, or other counts of numbers than these.</exception>
    public OnnxOutput Synthesize(CodeArray codes, float[]? coordinates = null, float[]? compositionMask = null, IReadOnlyList<float[]>? noise = null)
    {
        (int n, int k, int s) = (codes.Count, Config.Parts, Config.CoarseSize);
        if (codes.Slots != Config.LatentSlots || codes.Size != Config.StyleSize)
            throw new InputException($"codes of [{codes.Slots}, {codes.Size}], expected [{Config.LatentSlots}, {Config.StyleSize}] for this model.");
        List<(string, float[], long[])> inputs = [("codes", codes.Buffer, [n, codes.Slots, codes.Size])];
        if (coordinates is not null)
        {
            if (!HasCoordinates) throw new InputException("this model's parts have no coordinates (architecture mask-style), so they can't be moved, scaled or turned.");
            int one = k * 2 * s * s;
            if (coordinates.Length != one && coordinates.Length != n * one) throw new InputException($"{coordinates.Length} coordinates, expected [{n} or 1, {k}, 2, {s}, {s}] numbers.");
            inputs.Add(("coordinates", coordinates, [coordinates.Length / one, k, 2, s, s]));
        }
        if (compositionMask is not null)
        {
            if (compositionMask.Length != n * k) throw new InputException($"a composition mask of {compositionMask.Length} numbers, expected [{n}, {k}].");
            inputs.Add(("composition_mask", compositionMask, [n, k]));
        }
        if (noise is not null)
        {
            if (noise.Count != NoiseSizes.Count) throw new InputException($"{noise.Count} noise maps, expected {NoiseSizes.Count} for this model.");
            inputs.AddRange(noise.Select((map, i) => ($"noise_{i}", map, NoiseShape(i, map.Length, n))));
        }
        float[][] outputs = Run(synthesis, inputs, "image", "mask", "coarse_mask", "depths");
        return new OnnxOutput(n, Config, outputs[0], outputs[1], outputs[2], outputs[3]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mapping.Dispose();
        synthesis.Dispose();
        run.Dispose();
    }

    private long[] NoiseShape(int index, int numbers, int count)
    {
        long size = NoiseSizes[index], maps = numbers / (size * size);
        return maps * size * size == numbers && (maps == 1 || maps == count)
            ? [maps, 1, size, size]
            : throw new InputException($"noise map {index} of {numbers} numbers, expected [{count} or 1, 1, {size}, {size}].");
    }

    private static InferenceSession Load(string? folder, string file, SessionOptions options)
    {
        string path = folder is null ? $"bundled model: {file}" : Path.Combine(folder, file);
        try
        {
            return new InferenceSession(folder is null ? Bundled(file) : ReadAll(path), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new CheckpointFormatException($"{path}: ONNX Runtime {OrtEnv.Instance().GetVersionString()} can't load it, expected a file that 'semantic-stylegan export onnx' wrote (an older runtime may need a lower --opset): {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static byte[] ReadAll(string path)
    {
        using FileStream stream = InputFile.Open(path, "a file that 'semantic-stylegan export onnx' wrote");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Bundled(string file)
    {
        using Stream resource = typeof(OnnxModel).Assembly.GetManifestResourceStream(file)!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static Dictionary<string, string> Metadata(InferenceSession session, string source)
    {
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        return metadata.GetValueOrDefault("format") == OnnxModelFormat.Format
            ? metadata
            : throw new CheckpointFormatException($"{source}: an ONNX model of another kind, expected one that 'semantic-stylegan export onnx' wrote.");
    }

    // The metadata could be of another graph; and an export for browsers has other inputs.
    private static void RequireInputs(InferenceSession session, string path, string input, int[] shape, params string[] optional)
    {
        if (!session.InputMetadata.TryGetValue(input, out NodeMetadata? found) || !found.Dimensions.SequenceEqual(shape))
            throw new CheckpointFormatException($"{path}: input '{input}' of [{string.Join(", ", found?.Dimensions ?? [])}], expected [{string.Join(", ", shape)}] as the metadata say; export it anew.");
        if (session.InputMetadata.Count != 1 || optional.FirstOrDefault(o => !session.OverridableInitializerMetadata.ContainsKey(o)) is not null)
            throw new CheckpointFormatException($"{path}: inputs {string.Join(", ", session.InputNames)}, expected {input} and, with standard values, {string.Join(", ", optional)}; export it with 'semantic-stylegan export onnx'.");
    }

    private static T Read<T>(IReadOnlyDictionary<string, string> metadata, string key, string source, Func<string, T> read)
    {
        try
        {
            return read(metadata.GetValueOrDefault(key) ?? throw new JsonException("it is missing"));
        }
        catch (Exception e) when (e is JsonException or InputException)
        {
            throw new CheckpointFormatException($"{source}: '{key}' in the metadata: {e.Message}", e);
        }
    }

    private float[][] Run(InferenceSession session, IReadOnlyList<(string Name, float[] Values, long[] Shape)> inputs, params string[] outputs)
    {
        OrtValue[] values = [.. inputs.Select(i => OrtValue.CreateTensorValueFromMemory(i.Values, i.Shape))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, [.. inputs.Select(i => i.Name)], values, outputs);
            return [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
        }
        catch (OnnxRuntimeException e)
        {
            throw new InputException($"ONNX Runtime could not compute the model: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        finally
        {
            foreach (OrtValue value in values) value.Dispose();
        }
    }
}

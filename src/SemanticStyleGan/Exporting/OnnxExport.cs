using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>
/// Writes a model as two ONNX files for ONNX Runtime and its like (<c>docs/onnx.md</c>): <c>mapping.onnx</c> (z <c>[N, D]</c> and truncation to w
/// <c>[N, D]</c>, and the mean code) and <c>synthesis.onnx</c> (W+ <c>[N, base + 2K, D]</c> to image, mask, coarse mask and depths; coordinates of the
/// parts (not with the architecture mask-style), composition mask and noise maps may be given). Batches are of any size. <c>model.json</c> repeats the files' metadata for programs that can't
/// read them.
/// </summary>
public static class OnnxExport
{
    /// <summary>The value of <c>format</c> in the files' metadata.</summary>
    public const string Format = OnnxModelFormat.Format;

    /// <summary>The files that are written.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [OnnxModelFormat.MappingFile, OnnxModelFormat.SynthesisFile, OnnxModelFormat.AboutFile];

    /// <summary>The operator sets that the graphs are valid in; the default is what current runtimes have, of servers, phones and browsers.</summary>
    public const int OldestOpset = 13, NewestOpset = 23, DefaultOpset = 21;

    /// <summary>Writes the files to a folder, each whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Made if it does not exist.</param>
    /// <param name="half">Store weights as float16: half the size, rounded to 11 bits. The graphs compute in float32 all the same.</param>
    /// <param name="opset">The version of the operator set.</param>
    /// <returns>The paths.</returns>
    /// <exception cref="InputException">Another opset, a model larger than the format's 2 GB, or a place that can't be written.</exception>
    public static IReadOnlyList<string> Write(SemanticModel model, string folder, bool half = false, int opset = DefaultOpset)
    {
        List<string> written = [];
        foreach ((string name, byte[] bytes) in Encode(model, half, opset))
        {
            written.Add(Path.Combine(folder, name));
            AtomicFile.WriteBytes(written[^1], bytes);
        }
        return written;
    }

    /// <summary>The files' contents by name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="half">As of <see cref="Write"/>.</param>
    /// <param name="opset">As of <see cref="Write"/>.</param>
    /// <param name="given">
    /// Inputs, of those that have a value where none is given, that must be given instead, while the others of them are fixed: for runtimes such as
    /// onnxruntime-web, which can't replace a standard value. Null: each may be given.
    /// </param>
    /// <exception cref="InputException">Another opset, or a model larger than the format's 2 GB.</exception>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> Encode(SemanticModel model, bool half = false, int opset = DefaultOpset, IReadOnlyCollection<string>? given = null)
    {
        if (opset is < OldestOpset or > NewestOpset)
            throw new InputException($"ONNX operator set {opset}, expected {OldestOpset} to {NewestOpset}.");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Dictionary<string, string> metadata = new()
        {
            ["format"] = Format,
            ["config"] = JsonSerializer.Serialize(model.Config, StrictJson.Compact),
            ["layout"] = model.Layout.ToJson().ToJsonString(),
            ["model"] = model.Fingerprint,
            ["provenance"] = model.Provenance.ToJsonString(),
        };
        OnnxGraph synthesis = model.Config.Architecture == GeneratorArchitecture.MaskStyle ? MaskStyleGraph.Build(model, half, given) : SynthesisGraph.Build(model, half, given);
        string about = new JsonObject([.. metadata.Select(m => KeyValuePair.Create(m.Key, Json(m.Value)))]).ToJsonString(StrictJson.Options) + "\n";
        return
        [
            new(OnnxModelFormat.MappingFile, MappingGraph.Build(model, half, given).Encode(opset, metadata)),
            new(OnnxModelFormat.SynthesisFile, synthesis.Encode(opset, metadata)),
            new(OnnxModelFormat.AboutFile, Encoding.UTF8.GetBytes(about)),
        ];
    }

    private static JsonNode? Json(string text) => text.StartsWith('{') ? JsonNode.Parse(text) : text;
}

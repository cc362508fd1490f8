namespace SemanticStyleGan.Formats;

/// <summary>What writer and readers of exported models agree on.</summary>
internal static class OnnxModelFormat
{
    /// <summary>The value of <c>format</c> in the metadata.</summary>
    internal const string Format = "semantic-stylegan-onnx";

    internal const string MappingFile = "mapping.onnx", SynthesisFile = "synthesis.onnx", AboutFile = "model.json";
}

using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Networks;

/// <summary>What the header of a model file says besides its tensors: format, configuration, layout, provenance.</summary>
/// <param name="file">The open file.</param>
/// <param name="path">What errors call it.</param>
internal sealed class ModelHeader(SafetensorsFile file, string path)
{
    /// <summary>Checks what kind of file it is.</summary>
    /// <exception cref="CheckpointFormatException">It is of another kind.</exception>
    internal void RequireFormat(string format, string kind)
    {
        if (file.Metadata.GetValueOrDefault("format") != format)
            throw new CheckpointFormatException($"{path}: no {kind} file: its header's 'format' is '{file.Metadata.GetValueOrDefault("format") ?? "missing"}', expected '{format}'.");
    }

    /// <summary>The JSON value of a key.</summary>
    /// <exception cref="CheckpointFormatException">It is missing or of another form.</exception>
    internal T Read<T>(string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata.GetValueOrDefault(key) ?? "null", StrictJson.Options)
                ?? throw new CheckpointFormatException($"{path}: the header has no '{key}'.");
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException($"{path}: '{key}' in the header: {e.Message}", e);
        }
    }

    /// <summary>The classes.</summary>
    /// <exception cref="CheckpointFormatException">They are missing or of another form.</exception>
    internal SemanticLayout ReadLayout() => CheckpointFormatException.Naming(path, () => SemanticLayout.FromJson(Read<JsonNode>("layout"), path));
}

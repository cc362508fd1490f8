using SemanticStyleGan.Exporting;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Rendering;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>The studio's model as ONNX, for the page that computes by itself; made when it is first asked for.</summary>
/// <param name="model">The model.</param>
/// <param name="queue">Where it is made.</param>
internal sealed class OfflineModel(SemanticModel model, RenderQueue queue)
{
    private IReadOnlyDictionary<string, byte[]>? files;

    /// <summary>The files' names beside the page.</summary>
    internal static IReadOnlySet<string> Names { get; } = OnnxExport.FileNames.Select(OfflinePage.NameBesidePage).ToHashSet();

    /// <summary>Changes with the model.</summary>
    internal string Version { get; } = $"\"{model.Fingerprint}\"";

    /// <summary>A file's content.</summary>
    internal async Task<byte[]> Read(string name, CancellationToken stop) => (files ??= await queue.Run(() => OfflinePage.Encode(model), stop))[name];
}

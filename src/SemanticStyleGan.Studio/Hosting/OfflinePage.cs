using SemanticStyleGan.Exporting;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>The page that computes a model in the browser, with ONNX Runtime as WebAssembly: in the studio it is <c>/offline.html</c>, and any web server can serve a folder of it.</summary>
public static class OfflinePage
{
    private const string Page = "offline.html", Folder = "offline/";

    /// <summary>Writes the page and a model to a folder; <c>index.html</c> is the page.</summary>
    /// <param name="model">The model; weights are stored as float16.</param>
    /// <param name="folder">Made if it does not exist.</param>
    /// <returns>The paths.</returns>
    /// <exception cref="InputException">The place can't be written, or the model can't be exported.</exception>
    public static IReadOnlyList<string> Write(SemanticModel model, string folder)
    {
        IEnumerable<KeyValuePair<string, byte[]>> page = PageFiles.Names.Where(IsOfThePage).Select(name => KeyValuePair.Create(name == Page ? "index.html" : name, ReadAll(name)));
        return [.. page.Concat(Encode(model)).Select(file =>
        {
            string path = Path.Combine(folder, file.Key);
            AtomicFile.WriteBytes(path, file.Value);
            return path;
        })];
    }

    internal static string NameBesidePage(string modelFile) => Folder + modelFile;

    internal static IReadOnlyDictionary<string, byte[]> Encode(SemanticModel model) =>
        OnnxExport.Encode(model, half: true, given: ["truncation", "composition_mask"]).ToDictionary(f => NameBesidePage(f.Key), f => f.Value);

    private static bool IsOfThePage(string name) => name is Page or "icon.svg" or "css/base.css" or "css/offline.css" or "js/dom.js" || name.StartsWith(Folder, StringComparison.Ordinal);

    private static byte[] ReadAll(string name)
    {
        using Stream file = PageFiles.Open(name);
        using MemoryStream bytes = new();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}

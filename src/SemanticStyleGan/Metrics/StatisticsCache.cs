using System.IO.Hashing;
using System.Text;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Metrics;

/// <summary>
/// Keeps features of real pictures in files, because a large network takes long for them. A file is used only if it was made for exactly the same key
/// (data, network, which pictures) and its content is unharmed; otherwise it is made anew. Files are whole or not there.
/// </summary>
/// <param name="folder">Where they are; made when the first is written.</param>
public sealed class StatisticsCache(string folder)
{
    private const string Format = "semantic-stylegan-features", Name = "features";

    /// <summary>The cache in the user's cache folder.</summary>
    public static StatisticsCache Standard => new(CacheFolder.Candidates("statistics").First());

    /// <summary>The features [N, D] that were kept under a key; null where there are none that can be trusted.</summary>
    public Tensor? Read(string key)
    {
        string path = PathOf(key);
        if (!File.Exists(path)) return null;
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            if (file.Metadata.GetValueOrDefault("format") != Format || file.Metadata.GetValueOrDefault("key") != key) return null;
            Tensor features = file.Read(Name);
            if (file.Metadata.GetValueOrDefault("content") == Hash(features)) return features;
            features.Dispose();
            return null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Keeps features under a key.</summary>
    /// <exception cref="InputException">The folder can't be written.</exception>
    public void Write(string key, Tensor features) => Safetensors.Write(PathOf(key), [new(Name, features)], new Dictionary<string, string>
    {
        ["format"] = Format,
        ["key"] = key,
        ["content"] = Hash(features),
    });

    private string PathOf(string key) => Path.Combine(folder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(key))) + ".safetensors");

    private static string Hash(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return Convert.ToHexStringLower(XxHash128.Hash(features.cpu().contiguous().bytes));
    }
}

using SemanticStyleGan.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Opens the model that a user names with <c>--model</c>.</summary>
public static class ModelSource
{
    /// <summary>The model that is used where none is named.</summary>
    public const string Default = "synthetic-faces-64";

    private static readonly ModelFiles Files = new("model.safetensors", "model", "a .safetensors or .pt file, the folder of a training run");

    /// <summary>The models that come with the program, by name.</summary>
    public static IReadOnlyList<string> Bundled => Files.Bundled;

    /// <summary>Opens a model.</summary>
    /// <param name="name">A <c>.safetensors</c> model file, the folder of a training run, an official <c>.pt</c> checkpoint, a file of <see cref="TunedWeights"/>, or the name of a bundled model; null for the default one.</param>
    /// <param name="device">Where its weights go.</param>
    /// <exception cref="InputException">There is no such model, or its file is damaged or of another kind.</exception>
    public static SemanticModel Open(string? name, Device device)
    {
        string path = Locate(name ?? Default);
        if (Path.GetExtension(path).Equals(".pt", StringComparison.OrdinalIgnoreCase)) return OfficialModel.Load(path, device);
        return Safetensors.ReadMetadata(path).GetValueOrDefault("format") == TunedWeights.Format ? TunedWeights.Open(path, device) : SemanticModel.Load(path, device);
    }

    /// <summary>The file that a name stands for.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Locate(string name) => Files.Locate(name);
}

using System.Globalization;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>A way to move W+ codes that changes one thing about a picture. A step of 1 is what one standard deviation of the samples differs by.</summary>
/// <param name="Name">For example <c>hair-length</c>.</param>
/// <param name="Step">What is added for a strength of 1, <c>[base + 2K, D]</c>; zero in the slots that are not meant.</param>
/// <param name="About">Where it comes from: <c>method</c>, and what that method reports (<c>accuracy</c>, <c>variance</c>, …).</param>
public sealed record Direction(string Name, Tensor Step, IReadOnlyDictionary<string, string> About)
{
    private const string Format = "semantic-stylegan-direction", Extension = ".direction";

    /// <summary>The codes <c>[N, base + 2K, D]</c> moved by a strength: 0 changes nothing, negative goes the other way.</summary>
    public Tensor Apply(Tensor code, double strength) => code.Plus(Constant(strength) * Step.to(code.device));

    /// <summary>Writes the direction to <paramref name="folder"/> as <c>NAME.direction</c> (safetensors), with the fingerprint of the model that it belongs to.</summary>
    /// <exception cref="InputException">The place can't be written.</exception>
    public string Save(string folder, SemanticModel model)
    {
        string path = Path.Combine(folder, Name + Extension);
        Dictionary<string, string> metadata = new(About) { ["format"] = Format, ["name"] = Name, ["model"] = model.Fingerprint };
        Safetensors.Write(path, [new("step", Step)], metadata);
        return path;
    }

    /// <summary>Reads a direction.</summary>
    /// <param name="path">The file, with or without <c>.direction</c>.</param>
    /// <param name="model">The model that it must belong to.</param>
    /// <exception cref="InputException">The file is missing, something else, or belongs to another model.</exception>
    public static Direction Load(string path, SemanticModel model)
    {
        if (!File.Exists(path) && File.Exists(path + Extension)) path += Extension;
        using TensorFile file = Safetensors.Read(path);
        Dictionary<string, string> about = new(file.Metadata);
        if (!about.Remove("format", out string? format) || format != Format || !about.Remove("name", out string? name) || !about.Remove("model", out string? owner)
            || !file.Tensors.TryGetValue("step", out Tensor? step))
            throw new CheckpointFormatException($"{path}: no direction file, expected one that 'directions' wrote.");
        if (!model.Knows(owner))
            throw new InputException($"{path}: belongs to another model (fingerprint {owner}, this model has {model.Fingerprint}); make it anew with 'directions'.");
        if (!step.shape.AsSpan().SequenceEqual([model.Config.LatentSlots, model.Config.StyleSize]))
            throw new CheckpointFormatException($"{path}: 'step' is [{string.Join(", ", step.shape)}], expected [{model.Config.LatentSlots}, {model.Config.StyleSize}].");
        return new Direction(name, step.to(ScalarType.Float32).to(model.Generator.Device, copy: true), about);
    }

    /// <summary>Splits <c>FILE:+2</c> into the file and the strength.</summary>
    /// <exception cref="InputException">There is no strength.</exception>
    public static (string File, double Strength) ParseUse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0 && double.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double strength))
            return (text[..colon], strength);
        throw new InputException($"direction '{text}', expected FILE:STRENGTH, for example directions/hair-area:+2.");
    }
}

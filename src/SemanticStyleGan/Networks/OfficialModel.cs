using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Models of the authors' <c>.pt</c> checkpoints.</summary>
public static class OfficialModel
{
    /// <summary>The sizes that a checkpoint's generator has.</summary>
    public static GeneratorConfig ConfigOf(OfficialArchitecture a) => new GeneratorConfig
    {
        ImageSize = a.ImageSize,
        StyleSize = a.StyleSize,
        MappingLayers = a.MappingLayers,
        Parts = a.Parts,
        LocalLayers = a.LocalLayers,
        BaseLayers = a.BaseLayers,
        DepthLayers = a.DepthLayers,
        LocalChannels = a.LocalChannels,
        CoarseChannels = a.CoarseChannels,
        CoarseSize = a.CoarseSize,
        MinFeatureSize = a.MinFeatureSize,
        ChannelMultiplier = a.ChannelMultiplier,
        MaxChannels = a.MaxChannels,
        ResidualRefinement = a.ResidualRefinement,
        DetachTexture = a.DetachTexture,
        TransparentParts = [.. a.TransparentParts],
    }.Validate();

    /// <summary>
    /// The class layout of a checkpoint, which stores none: that of CelebAMask-HQ where it has 13 parts of which 10 and 12 are transparent
    /// or none is, else parts without names.
    /// </summary>
    public static SemanticLayout LayoutOf(GeneratorConfig config) =>
        config.Parts == SemanticLayout.Faces.Count && (config.TransparentParts.Length == 0 || config.TransparentParts.SequenceEqual(SemanticLayout.Faces.TransparentClasses))
            ? SemanticLayout.Faces
            : SemanticLayout.Unnamed(config.Parts, config.TransparentParts);

    /// <summary>Reads the moving average of a checkpoint's generator, or the generator itself where it has no average.</summary>
    /// <exception cref="CheckpointFormatException">It is no checkpoint of SemanticStyleGAN, or damaged.</exception>
    public static SemanticModel Load(string path, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(path, PyTorchMembers.Generator | PyTorchMembers.AverageGenerator);
        string member = checkpoint.AverageGenerator is null ? "g" : "g_ema";
        IReadOnlyDictionary<string, Tensor> weights = checkpoint.AverageGenerator ?? checkpoint.Generator
            ?? throw new CheckpointFormatException($"{path}: has neither 'g_ema' nor 'g'; expected a checkpoint of SemanticStyleGAN.");
        Dictionary<string, Tensor> native = OfficialNames.For(weights, path).ToNative(weights, $"{path}: {member}");
        GeneratorConfig config = ConfigOf(OfficialArchitecture.Infer(native, checkpoint.Arguments, $"{path}: {member}"));
        SemanticGenerator generator = new(config, new Initializer(0, device));
        Weights.Load(generator, native, path);
        JsonObject provenance = new() { ["source"] = $"{Path.GetFileName(path)}, {member}" };
        return new SemanticModel(generator, LayoutOf(config), provenance: provenance);
    }
}

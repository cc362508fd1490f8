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
        using PyTorchCheckpoint average = PyTorchCheckpoint.Read(path, PyTorchMembers.AverageGenerator);
        using PyTorchCheckpoint? trained = average.AverageGenerator is null ? PyTorchCheckpoint.Read(path, PyTorchMembers.Generator) : null;
        string member = trained is null ? "g_ema" : "g";
        IReadOnlyDictionary<string, Tensor> weights = average.AverageGenerator ?? trained!.Generator!;
        SemanticGenerator generator = Build(weights, average.Arguments, $"{path}: {member}", device);
        JsonObject provenance = new() { ["source"] = $"{Path.GetFileName(path)}, {member}" };
        return new SemanticModel(generator, LayoutOf(generator.Config), provenance: provenance);
    }

    /// <summary>Writes a model as a checkpoint with <c>g_ema</c> and <c>args</c>, which <c>torch.load</c> and the authors' program read; whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void Save(SemanticModel model, string path)
    {
        model.Generator.WithLocalGenerators("a .pt file of the authors' form");
        using DisposeScope scope = NewDisposeScope();
        new PyTorchCheckpoint { AverageGenerator = WeightsOf(model.Generator), Arguments = ArgumentsOf(model.Config) }.Write(path);
    }

    /// <summary>The options that the authors' program stores for a generator, by its names.</summary>
    public static Dictionary<string, object?> ArgumentsOf(GeneratorConfig c) => new()
    {
        ["size"] = (long)c.ImageSize,
        ["latent"] = (long)c.StyleSize,
        ["n_mlp"] = (long)c.MappingLayers,
        ["channel_multiplier"] = c.ChannelMultiplier == Math.Floor(c.ChannelMultiplier) ? (long)c.ChannelMultiplier : c.ChannelMultiplier,
        ["seg_dim"] = (long)c.Parts,
        ["local_layers"] = (long)c.LocalLayers,
        ["local_channel"] = (long)c.LocalChannels,
        ["base_layers"] = (long)c.BaseLayers,
        ["depth_layers"] = (long)c.DepthLayers,
        ["coarse_size"] = (long)c.CoarseSize,
        ["coarse_channel"] = (long)c.CoarseChannels,
        ["min_feat_size"] = (long)c.MinFeatureSize,
        ["residual_refine"] = c.ResidualRefinement,
        ["detach_texture"] = c.DetachTexture,
        ["transparent_dims"] = c.TransparentParts.Select(part => (object?)(long)part).ToList(),
    };

    /// <summary>A generator of the sizes and with the weights of an official state dict, whose memory it takes over.</summary>
    internal static SemanticGenerator Build(IReadOnlyDictionary<string, Tensor> official, IReadOnlyDictionary<string, object?> arguments, string source, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> native = OfficialNames.For(official, source).ToNative(official, source);
        GeneratorConfig config = CheckpointFormatException.Naming(source, () => ConfigOf(OfficialArchitecture.Infer(native, arguments, source)));
        SemanticGenerator generator = new(config, Initializer.ForLoading(device));
        Weights.Adopt(generator, native, source);
        return generator;
    }

    /// <summary>A network's weights under official names, sharing its memory.</summary>
    internal static Dictionary<string, Tensor> WeightsOf(nn.Module network)
    {
        Dictionary<string, Tensor> native = Weights.Of(network);
        return OfficialNames.For(native, network.GetName()).ToOfficial(native, network.GetName());
    }
}

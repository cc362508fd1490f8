using System.Text.Json;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>The two networks of a parity folder (<c>small</c>, <c>detached</c>) with the authors' weights, their inputs and outputs.</summary>
internal sealed class ParityNetworks : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TensorFile cases;

    public ParityNetworks(string folder)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Parity.Path($"{folder}/config.json")));
        JsonElement c = json.RootElement.GetProperty("config");
        int Number(string name) => c.GetProperty(name).GetInt32();
        Config = new GeneratorConfig
        {
            ImageSize = Number("size"),
            StyleSize = Number("latent"),
            MappingLayers = Number("n_mlp"),
            ChannelMultiplier = Number("channel_multiplier"),
            Parts = Number("seg_dim"),
            LocalLayers = Number("local_layers"),
            LocalChannels = Number("local_channel"),
            BaseLayers = Number("base_layers"),
            DepthLayers = Number("depth_layers"),
            CoarseSize = Number("coarse_size"),
            CoarseChannels = Number("coarse_channel"),
            MinFeatureSize = Number("min_feat_size"),
            ResidualRefinement = c.GetProperty("residual_refine").GetBoolean(),
            DetachTexture = c.GetProperty("detach_texture").GetBoolean(),
            TransparentParts = [.. c.GetProperty("transparent_dims").EnumerateArray().Select(e => e.GetInt32())],
            MaxChannels = json.RootElement.GetProperty("max_channels").GetInt32(),
        };
        using TensorFile weights = Safetensors.Read(Parity.Path($"{folder}/weights.safetensors"));
        cases = Safetensors.Read(Parity.Path($"{folder}/cases.safetensors"));
        Gradients = Safetensors.Read(Parity.Path($"{folder}/gradients.safetensors"));
        Generator = new SemanticGenerator(Config, new Initializer(0, CPU));
        Discriminator = new DualBranchDiscriminator(DiscriminatorConfig.For(Config), new Initializer(1, CPU));
        GeneratorNames = LoadOfficial(Generator, weights.WithPrefix("g."));
        DiscriminatorNames = LoadOfficial(Discriminator, weights.WithPrefix("d."));
    }

    public GeneratorConfig Config { get; }
    public SemanticGenerator Generator { get; }
    public DualBranchDiscriminator Discriminator { get; }
    public OfficialNames GeneratorNames { get; }
    public OfficialNames DiscriminatorNames { get; }
    public TensorFile Gradients { get; }

    public Tensor this[string name] => cases.Tensors[name];

    public IReadOnlyList<Tensor> GivenNoise => [.. Enumerable.Range(0, 2 * Config.RenderStages).Select(i => this[$"in.noise_{i}"])];

    /// <summary>Asserts that every element is within an absolute tolerance.</summary>
    public void AssertClose(string expected, Tensor actual, double tolerance = 1e-4)
    {
        Assert.Equal(this[expected].shape, actual.shape.Length == 0 ? [1] : actual.shape);
        Assert.True(Difference(this[expected], actual) <= tolerance, $"{expected}: differs by {Difference(this[expected], actual)}");
    }

    public static double Difference(Tensor a, Tensor b)
    {
        using DisposeScope inner = NewDisposeScope();
        return (a - b).abs().max().item<float>();
    }

    public void Dispose()
    {
        cases.Dispose();
        Gradients.Dispose();
        Generator.Dispose();
        Discriminator.Dispose();
        scope.Dispose();
    }

    private static OfficialNames LoadOfficial(nn.Module module, Dictionary<string, Tensor> official)
    {
        OfficialNames names = OfficialNames.For(official, "parity");
        Weights.Load(module, names.ToNative(official, "parity"), "parity");
        return names;
    }
}

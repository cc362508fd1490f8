using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

/// <summary>A model of four parts with fixed random weights, and a scope for a test's tensors.</summary>
internal sealed class TinyModel : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public TinyModel(int seed = 4, GeneratorConfig? config = null)
    {
        Model = new SemanticModel(CompositionalGenerator.Create(config ?? Config, new Initializer(seed, CPU)), Layout);
        Synthesizer = new(Model);
    }

    public static GeneratorConfig Config { get; } = new()
    {
        ImageSize = 32,
        StyleSize = 16,
        MappingLayers = 2,
        Parts = 4,
        LocalLayers = 5,
        BaseLayers = 1,
        DepthLayers = 3,
        LocalChannels = 8,
        CoarseChannels = 12,
        CoarseSize = 16,
        MinFeatureSize = 4,
        ChannelMultiplier = 0.01,
        TransparentParts = [3],
    };

    public static SemanticLayout Layout { get; } = new("tiny", [new("background", 0), new("face", 0xFF0000), new("hair", 0x00FF00), new("glasses", 0x0000FF, true)]);

    public SemanticModel Model { get; }

    public Synthesizer Synthesizer { get; }

    /// <summary>A W+ code whose slots all differ.</summary>
    public Tensor RandomCode(ulong seed)
    {
        using Generator random = new(seed);
        return randn([1, Config.LatentSlots, Config.StyleSize], generator: random);
    }

    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null)
    {
        using IDisposable _ = no_grad();
        return Model.Generator.Synthesize(code, input);
    }

    public void Dispose()
    {
        Model.Dispose();
        scope.Dispose();
    }
}

using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>A mask/style model of four parts with fixed random weights whose noise shows, and a scope for a test's tensors.</summary>
internal sealed class MaskStyleModel : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public MaskStyleModel()
    {
        Generator = new MaskStyleGenerator(Config, new Initializer(4, CPU));
        using (no_grad())
            foreach ((string name, Tensor weight) in Weights.Of(Generator))
                if (name.EndsWith("noise_strength", StringComparison.Ordinal)) weight.fill_(0.3);
        Model = new SemanticModel(Generator, TinyModel.Layout);
        Synthesizer = new(Model);
    }

    public static GeneratorConfig Config { get; } = (TinyModel.Config with { MaxChannels = 16, ChannelMultiplier = 1 }).AsMaskStyle() with { CoarseSize = 16 };

    public MaskStyleGenerator Generator { get; }

    public SemanticModel Model { get; }

    public Synthesizer Synthesizer { get; }

    /// <summary>w <c>[count, D]</c>.</summary>
    public static Tensor RandomW(ulong seed, int count = 1)
    {
        using Generator random = new(seed);
        return randn([count, Config.StyleSize], generator: random);
    }

    /// <summary>W+ <c>[1, 2K, D]</c> whose slots all differ.</summary>
    public static Tensor RandomCode(ulong seed)
    {
        using Generator random = new(seed);
        return randn([1, Config.LatentSlots, Config.StyleSize], generator: random);
    }

    public void Dispose()
    {
        Model.Dispose();
        scope.Dispose();
    }
}

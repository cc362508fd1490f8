using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>One branch of the discriminator: a 1×1 convolution to channels(R), then residual blocks down to 4×4.</summary>
public sealed class DiscriminatorBranch : nn.Module
{
    private readonly EqualizedConvolution input;
    private readonly ModuleList<ResidualBlock> blocks = [];

    internal DiscriminatorBranch(int channels, DiscriminatorConfig config, Initializer initializer) : base(nameof(DiscriminatorBranch))
    {
        input = new EqualizedConvolution(channels, config.Channels(config.ImageSize), 1, bias: true, initializer);
        for (int size = config.ImageSize; size > 4; size /= 2)
            blocks.Add(new ResidualBlock(config.Channels(size), config.Channels(size / 2), initializer));
        RegisterComponents();
    }

    /// <summary><c>[N, channels, R, R]</c> to <c>[N, channels(4), 4, 4]</c>, its activations through <paramref name="gates"/> where there are any.</summary>
    internal Tensor Forward(Tensor x, Gates? gates = null)
    {
        using DisposeScope scope = NewDisposeScope();
        x = Activation.LeakyInPlace(input.Forward(ChannelsLast.Of(x), gain: Activation.Gain, linear: gates is { Held: true }), gates);
        foreach (ResidualBlock block in blocks) x = block.Forward(x, gates);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The parameters of the input convolution and of the blocks at the highest resolutions.</summary>
    internal IEnumerable<Parameter> Highest(int count) => input.parameters().Concat(blocks.Take(count).SelectMany(b => b.parameters()));
}

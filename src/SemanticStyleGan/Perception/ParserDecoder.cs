using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>Brings an encoder's maps, from the image's size down, to one map of the image's size.</summary>
internal abstract class ParserDecoder(string name) : nn.Module(name)
{
    /// <summary>Maps <c>[N, C_i, H/2^i, W/2^i]</c> to <c>[N, C_0, H, W]</c>.</summary>
    internal abstract Tensor Forward(IReadOnlyList<Tensor> maps);

    internal static ParserDecoder Create(ParserConfig config, Initializer initializer) =>
        config.Architecture == ParserArchitecture.UNet ? new UNet(config, initializer) : new Pyramid(config, initializer);

    private static Tensor Upsample(Tensor x) => F.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);

    private sealed class UNet : ParserDecoder
    {
        private readonly ModuleList<ParserStage> stages = [];

        internal UNet(ParserConfig config, Initializer initializer) : base(nameof(UNet))
        {
            for (int i = config.Halvings - 1; i >= 0; i--)
                stages.Add(new ParserStage(config.Channels(i + 1) + config.Channels(i), config.Channels(i), residual: false, halves: false, initializer));
            RegisterComponents();
        }

        internal override Tensor Forward(IReadOnlyList<Tensor> maps)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = maps[^1];
            for (int i = 0; i < stages.Count; i++) x = stages[i].Forward(cat([Upsample(x), maps[^(i + 2)]], 1));
            return x.MoveToOuterDisposeScope();
        }
    }

    private sealed class Pyramid : ParserDecoder
    {
        private readonly ParameterList laterals = []; // [P, C_i, 1, 1], from the smallest scale up
        private readonly ParserStage last;

        internal Pyramid(ParserConfig config, Initializer initializer) : base(nameof(Pyramid))
        {
            int width = 2 * config.Width;
            for (int i = config.Halvings; i >= 0; i--)
                laterals.Add(initializer.Normal(Math.Sqrt(1.0 / config.Channels(i)), width, config.Channels(i), 1, 1));
            last = new ParserStage(width, config.Width, residual: false, halves: false, initializer);
            RegisterComponents();
        }

        internal override Tensor Forward(IReadOnlyList<Tensor> maps)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = F.conv2d(maps[^1], laterals[0]);
            for (int i = 1; i < laterals.Count; i++) x = Upsample(x).Plus(F.conv2d(maps[^(i + 1)], laterals[i]));
            return last.Forward(x).MoveToOuterDisposeScope();
        }
    }
}

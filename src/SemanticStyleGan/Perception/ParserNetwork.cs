using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>A small segmentation network: an encoder that halves the size a few times, a decoder, a 1×1 head. It has no batch statistics.</summary>
public sealed class ParserNetwork : nn.Module
{
    private readonly ModuleList<ParserStage> encoder = [];
    private readonly ParserDecoder decoder;
    private readonly Parameter head; // [K, C, 1, 1]
    private readonly Parameter bias; // [K]

    /// <summary>A network with fresh weights.</summary>
    /// <exception cref="InputException">The configuration is not consistent.</exception>
    public ParserNetwork(ParserConfig config, Initializer initializer) : base(nameof(ParserNetwork))
    {
        Config = config.Validate();
        bool residual = config.Architecture == ParserArchitecture.Pyramid;
        encoder.Add(new ParserStage(3, config.Width, residual, halves: false, initializer));
        for (int i = 1; i <= config.Halvings; i++) encoder.Add(new ParserStage(config.Channels(i - 1), config.Channels(i), residual, halves: true, initializer));
        decoder = ParserDecoder.Create(config, initializer);
        head = initializer.Normal(Math.Sqrt(1.0 / config.Width), config.Classes, config.Width, 1, 1);
        bias = initializer.Constant(0, config.Classes);
        RegisterComponents();
    }

    /// <summary>The sizes.</summary>
    public ParserConfig Config { get; }

    /// <summary>The encoder's activations of images <c>[N, 3, H, W]</c>: <c>[N, C_i, H/2^i, W/2^i]</c> for i = 0 … halvings.</summary>
    /// <exception cref="InputException">Another shape, or a size that is no multiple of <see cref="ParserConfig.SizeMultiple"/>.</exception>
    public IReadOnlyList<Tensor> Encode(Tensor images)
    {
        int multiple = Config.SizeMultiple;
        if (images.shape is not [_, 3, var height, var width] || height % multiple != 0 || width % multiple != 0 || height == 0 || width == 0)
            throw new InputException($"images of shape [{string.Join(", ", images.shape)}] for a parser, expected [N, 3, H, W] with H and W multiples of {multiple}.");
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> maps = [];
        Tensor x = images;
        foreach (ParserStage stage in encoder) maps.Add(x = stage.Forward(x));
        return [.. maps.Select(m => m.MoveToOuterDisposeScope())];
    }

    /// <summary>Logits <c>[N, K, H, W]</c> of images <c>[N, 3, H, W]</c>.</summary>
    /// <exception cref="InputException">See <see cref="Encode"/>.</exception>
    public Tensor Forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.conv2d(decoder.Forward(Encode(images)), head, bias).MoveToOuterDisposeScope();
    }
}

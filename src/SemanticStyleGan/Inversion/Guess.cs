using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>Codes and what they synthesise: what an encoder begins with and what it gives.</summary>
/// <param name="Codes">W+ <c>[N, base + 2K, D]</c>.</param>
/// <param name="Image">The reconstruction <c>[N, 3, R, R]</c>.</param>
/// <param name="CoarseMask">Its coarse mask <c>[N, K, S, S]</c>.</param>
internal sealed record Guess(Tensor Codes, Tensor Image, Tensor CoarseMask)
{
    /// <summary>The mean code and its picture, <paramref name="count"/> times.</summary>
    internal static Guess Mean(SemanticModel model, long count)
    {
        Tensor codes = model.Generator.Latents.Broadcast(model.MeanLatent.unsqueeze(0));
        GeneratorOutput output = model.Generator.Synthesize(codes);
        return new(codes.expand(count, -1, -1), output.Image.expand(count, -1, -1, -1), output.CoarseMask.expand(count, -1, -1, -1));
    }

    /// <summary>The codes that the encoder makes of this guess.</summary>
    internal Tensor Improved(Tensor images, EncoderNetwork network) => Codes.Plus(network.Forward(images, Image, CoarseMask));

    /// <summary>The guess that the encoder makes of this one.</summary>
    internal Guess Next(Tensor images, EncoderNetwork network, CompositionalGenerator generator)
    {
        Tensor codes = Improved(images, network);
        GeneratorOutput output = generator.Synthesize(codes);
        return new(codes, output.Image, output.CoarseMask);
    }
}

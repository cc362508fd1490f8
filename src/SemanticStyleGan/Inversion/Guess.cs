using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>Codes that are guessed for pictures, what they synthesise, and where the pictures pull them: what an encoder corrects.</summary>
/// <param name="Codes">W+ <c>[N, base + 2K, D]</c>.</param>
/// <param name="Image">The reconstruction <c>[N, 3, R, R]</c>.</param>
/// <param name="CoarseMask">Its coarse mask <c>[N, K, S, S]</c>.</param>
/// <param name="Gradient">The gradient of the distance from pictures and masks in the codes, as these.</param>
internal sealed record Guess(Tensor Codes, Tensor Image, Tensor CoarseMask, Tensor Gradient) : IDisposable
{
    /// <summary>Codes as a guess for pictures; it costs as much as a step of an optimisation.</summary>
    internal static Guess Of(Tensor codes, GuessTarget target, CompositionalGenerator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = enable_grad();
        Tensor leaf = codes.detach().clone().requires_grad_();
        GeneratorOutput output = generator.Synthesize(leaf);
        target.Distance(output).sum().backward();
        return new(leaf.detach().MoveToOuterDisposeScope(), output.Image.detach().MoveToOuterDisposeScope(), output.CoarseMask.detach().MoveToOuterDisposeScope(), leaf.grad!.MoveToOuterDisposeScope());
    }

    /// <summary>The mean code as the guess for pictures.</summary>
    internal static Guess Mean(SemanticModel model, GuessTarget target) =>
        Of(model.Generator.Latents.Broadcast(model.MeanLatent.unsqueeze(0)).expand(target.Images.shape[0], -1, -1), target, model.Generator);

    /// <summary>The codes that the encoder makes of this guess.</summary>
    internal Tensor Improved(Tensor images, EncoderNetwork network) => Codes.Plus(network.Forward(images, this));

    /// <summary>This guess, out of the dispose scope.</summary>
    internal Guess Kept() => new(Codes.DetachFromDisposeScope(), Image.DetachFromDisposeScope(), CoarseMask.DetachFromDisposeScope(), Gradient.DetachFromDisposeScope());

    public void Dispose()
    {
        Codes.Dispose();
        Image.Dispose();
        CoarseMask.Dispose();
        Gradient.Dispose();
    }
}

using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>Pictures that an encoder learns from together, with its present guess of them. It owns its tensors.</summary>
/// <param name="target">The pictures, and their masks where they are shown to the encoder.</param>
/// <param name="codes">Their codes W+, where they are samples of the model; otherwise null.</param>
/// <param name="first">The guess that the encoder begins with.</param>
/// <param name="corrections">How often it is to be corrected.</param>
internal sealed class PictureGroup(GuessTarget target, Tensor? codes, Guess first, int corrections) : IDisposable
{
    private int left = corrections;

    internal GuessTarget Target { get; } = target.Kept();

    internal Tensor? Codes { get; } = codes?.DetachFromDisposeScope();

    /// <summary>The present guess.</summary>
    internal Guess Guess { get; private set; } = first.Kept();

    /// <summary>Takes the encoder's next guess over; it is the last one where no correction is left.</summary>
    /// <returns>Whether more corrections are to come.</returns>
    internal bool Advance(Guess next)
    {
        Guess.Dispose();
        Guess = next.Kept();
        return --left > 0;
    }

    public void Dispose()
    {
        Guess.Dispose();
        Target.Dispose();
        Codes?.Dispose();
    }
}

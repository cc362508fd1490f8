using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>What may be given to a synthesis besides the code; nothing by default.</summary>
public sealed record SynthesisInput
{
    /// <summary>Noise maps <c>[N or 1, 1, H, W]</c>, one a convolution of the render net; the stored ones where null.</summary>
    public IReadOnlyList<Tensor>? Noise { get; init; }

    /// <summary>1 where a part is on, 0 where it is off, <c>[N, K]</c>; all on where null.</summary>
    public Tensor? CompositionMask { get; init; }

    /// <summary>Coordinates of every part <c>[N or 1, K, 2, S, S]</c>; the regular grid where null. Moving a part is a transform of its coordinates.</summary>
    public Tensor? Coordinates { get; init; }

    // Of some of the batch's pictures; what holds for all of them stays.
    internal SynthesisInput Narrow(long first, long count)
    {
        return new() { Noise = Noise is null ? null : [.. Noise.Select(Of)], CompositionMask = CompositionMask is null ? null : Of(CompositionMask), Coordinates = Coordinates is null ? null : Of(Coordinates) };
        Tensor Of(Tensor all) => all.shape[0] == 1 ? all : all.narrow(0, first, count);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>The cubic spline through evenly spaced knots with not-a-knot ends, see <see cref="SplineWeights"/>.</summary>
public static class CubicSpline
{
    /// <summary>Values <c>[steps, …]</c> at <paramref name="steps"/> even places from the first to the last of the knots <c>[M, …]</c>, M ≥ 2.</summary>
    /// <exception cref="InputException">Fewer than two knots or steps.</exception>
    public static Tensor Sample(Tensor knots, int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weights = tensor(SplineWeights.Of((int)knots.shape[0], steps), device: knots.device);
        return matmul(weights, knots.to(ScalarType.Float64).flatten(1)).view([steps, .. knots.shape[1..]]).to(knots.dtype).MoveToOuterDisposeScope();
    }
}

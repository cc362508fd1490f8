using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// The cubic spline through evenly spaced knots with not-a-knot ends (the first two and the last two pieces are one polynomial each): a line through
/// two knots, a parabola through three. Source: de Boor, "A Practical Guide to Splines", chapter IV.
/// </summary>
public static class CubicSpline
{
    /// <summary>Values <c>[steps, …]</c> at <paramref name="steps"/> even places from the first to the last of the knots <c>[M, …]</c>, M ≥ 2.</summary>
    /// <exception cref="ArgumentException">Fewer than two knots or steps.</exception>
    public static Tensor Sample(Tensor knots, int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        int count = (int)knots.shape[0];
        if (count < 2 || steps < 2) throw new ArgumentException($"{count} knots and {steps} steps, expected at least 2 of each.");
        Tensor values = knots.to(ScalarType.Float64).flatten(1);
        Tensor curvatures = Curvatures(values);
        Tensor[] samples = [.. Enumerable.Range(0, steps).Select(step =>
        {
            double at = (double)step * (count - 1) / (steps - 1);
            int piece = Math.Min((int)at, count - 2);
            double b = at - piece, a = 1 - b;
            return a * values[piece] + b * values[piece + 1] + (a * a * a - a) / 6 * curvatures[piece] + (b * b * b - b) / 6 * curvatures[piece + 1];
        })];
        return stack(samples).view([steps, .. knots.shape[1..]]).to(knots.dtype).MoveToOuterDisposeScope();
    }

    // Second derivatives m at the knots: m[i−1] + 4 m[i] + m[i+1] = 6 (y[i−1] − 2 y[i] + y[i+1]) inside, and equal third derivatives across the second
    // and the last but one knot. All of it is linear in y.
    private static Tensor Curvatures(Tensor values)
    {
        int n = (int)values.shape[0];
        if (n == 2) return zeros_like(values);
        double[,] left = new double[n, n], right = new double[n, n];
        for (int i = 1; i < n - 1; i++)
        {
            (left[i, i - 1], left[i, i], left[i, i + 1]) = (1, 4, 1);
            (right[i, i - 1], right[i, i], right[i, i + 1]) = (6, -12, 6);
        }
        if (n == 3)
        {
            // Both conditions would be the same one; the parabola has one curvature.
            (left[0, 0], left[0, 1], left[2, 1], left[2, 2]) = (1, -1, 1, -1);
        }
        else
        {
            (left[0, 0], left[0, 1], left[0, 2]) = (1, -2, 1);
            (left[n - 1, n - 3], left[n - 1, n - 2], left[n - 1, n - 1]) = (1, -2, 1);
        }
        return linalg.solve(tensor(left, device: values.device), matmul(tensor(right, device: values.device), values));
    }
}

namespace SemanticStyleGan.Synthesis;

/// <summary>
/// The cubic spline through evenly spaced knots with not-a-knot ends (the first two and the last two pieces are one polynomial each): a line through
/// two knots, a parabola through three. It is linear in the knots' values, so it is a matrix. Source: de Boor, "A Practical Guide to Splines", chapter IV.
/// </summary>
internal static class SplineWeights
{
    /// <summary>What each of <paramref name="knots"/> values counts at <paramref name="steps"/> even places from the first to the last: <c>[steps, knots]</c>.</summary>
    /// <exception cref="InputException">Fewer than two knots or steps.</exception>
    internal static double[,] Of(int knots, int steps)
    {
        if (knots < 2 || steps < 2) throw new InputException($"a walk through {knots} codes in {steps} steps, expected at least 2 of each.");
        double[,] curvatures = Curvatures(knots), weights = new double[steps, knots];
        for (int step = 0; step < steps; step++)
        {
            double at = (double)step * (knots - 1) / (steps - 1);
            int piece = Math.Min((int)at, knots - 2);
            double b = at - piece, a = 1 - b;
            for (int k = 0; k < knots; k++) weights[step, k] = (a * a * a - a) / 6 * curvatures[piece, k] + (b * b * b - b) / 6 * curvatures[piece + 1, k];
            weights[step, piece] += a;
            weights[step, piece + 1] += b;
        }
        return weights;
    }

    // Second derivatives m at the knots: m[i−1] + 4 m[i] + m[i+1] = 6 (y[i−1] − 2 y[i] + y[i+1]) inside, and equal third derivatives across the second
    // and the last but one knot. Row i has what each y counts in m[i].
    private static double[,] Curvatures(int n)
    {
        double[,] left = new double[n, n], right = new double[n, n];
        if (n == 2) return right;
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
        return Solve(left, right);
    }

    // Gauss and Jordan with the largest pivot of each column.
    private static double[,] Solve(double[,] left, double[,] right)
    {
        int n = left.GetLength(0);
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(left[row, column]));
            for (int k = 0; k < n; k++)
            {
                (left[column, k], left[pivot, k]) = (left[pivot, k], left[column, k]);
                (right[column, k], right[pivot, k]) = (right[pivot, k], right[column, k]);
            }
            double scale = 1 / left[column, column];
            for (int k = 0; k < n; k++)
            {
                left[column, k] *= scale;
                right[column, k] *= scale;
            }
            for (int row = 0; row < n; row++)
            {
                double factor = left[row, column];
                if (row == column || factor == 0) continue;
                for (int k = 0; k < n; k++)
                {
                    left[row, k] -= factor * left[column, k];
                    right[row, k] -= factor * right[column, k];
                }
            }
        }
        return right;
    }
}

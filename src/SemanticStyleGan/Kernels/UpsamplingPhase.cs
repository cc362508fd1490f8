namespace SemanticStyleGan.Kernels;

/// <summary>A quarter of the outputs of a transposed convolution with stride 2, see <see cref="WinogradUpsamplingTransform"/>.</summary>
/// <param name="EvenRows">Even or odd rows.</param>
/// <param name="EvenColumns">Even or odd columns.</param>
internal readonly record struct UpsamplingPhase(bool EvenRows, bool EvenColumns)
{
    /// <summary>All four, in the order of their weights.</summary>
    internal static readonly UpsamplingPhase[] All = [new(true, true), new(true, false), new(false, true), new(false, false)];

    /// <summary>Points, each with a matrix of weights: 25, 5, 5 and 1.</summary>
    internal int Points => (EvenRows ? 5 : 1) * (EvenColumns ? 5 : 1);

    /// <summary>Rows that a tile has in the product at a point: 1, 4, 4 and 16.</summary>
    internal int RowsATile => (EvenRows ? 1 : 4) * (EvenColumns ? 1 : 4);

    /// <summary>How far apart a tile's numbers are down and across, where planes of points and rows are so far apart.</summary>
    internal (nint Down, nint Across) Strides(nint plane, nint row) => (EvenRows ? plane * (EvenColumns ? 5 : 1) : row * (EvenColumns ? 1 : 4), EvenColumns ? plane : row);
}

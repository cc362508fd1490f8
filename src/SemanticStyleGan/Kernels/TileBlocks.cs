namespace SemanticStyleGan.Kernels;

/// <summary>Tiles in blocks that are worked on while they are in the cache, about as many for every thread.</summary>
/// <param name="tiles">How many there are.</param>
internal sealed class TileBlocks(int tiles)
{
    private const int Largest = 48;

    /// <summary>Tiles of a block but the last: a multiple of the rows that a product computes at once.</summary>
    internal int Size { get; } = SizeFor(tiles);

    /// <summary>Calls <paramref name="block"/> with the first tile and the number of tiles of each block, in any order.</summary>
    internal void Run(Action<int, int> block) => Workers.Run((tiles + Size - 1) / Size, index => block(index * Size, Math.Min(Size, tiles - index * Size)));

    private static int SizeFor(int tiles)
    {
        int blocks = (tiles + Largest - 1) / Largest;
        blocks = (blocks + Workers.Count - 1) / Workers.Count * Workers.Count;
        int even = (tiles + blocks - 1) / blocks;
        return (even + MatrixKernel.Rows - 1) / MatrixKernel.Rows * MatrixKernel.Rows;
    }
}

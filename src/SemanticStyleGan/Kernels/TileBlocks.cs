namespace SemanticStyleGan.Kernels;

/// <summary>Tiles in blocks that are worked on while they are in the cache, the same number of tiles for every thread.</summary>
/// <param name="tiles">How many there are.</param>
internal readonly struct TileBlocks(int tiles)
{
    private const int Largest = 48;

    private readonly int share = (tiles + Workers.Count - 1) / Workers.Count;

    private int BlocksAShare => (share + Largest - 1) / Largest;

    /// <summary>How many tiles a block has memory for: a product computes whole blocks of rows.</summary>
    internal int Capacity => (Math.Min(Largest, share) + MatrixKernel.Rows - 1) / MatrixKernel.Rows * MatrixKernel.Rows;

    /// <summary>Calls <paramref name="block"/> with the first tile and the number of tiles of each block, in any order.</summary>
    internal void Run(Action<int, int> block)
    {
        (int all, int ofThread, int blocks) = (tiles, share, BlocksAShare);
        Workers.Run((all + ofThread - 1) / ofThread * blocks, index =>
        {
            (int thread, int start) = (index / blocks, index % blocks * Largest);
            int first = thread * ofThread + start, count = Math.Min(Math.Min(Largest, ofThread - start), all - first);
            if (count > 0) block(first, count);
        });
    }
}

using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Xunit;
using SemanticStyleGan.Kernels;

namespace SemanticStyleGan.Tests.Kernels;

/// <summary>Blocks are all tiles, each once, and fit into their memory.</summary>
public sealed class TileBlocksTests
{
    [Property(MaxTest = 200)]
    public void Every_tile_is_in_one_block(PositiveInt tiles)
    {
        TileBlocks blocks = new(tiles.Get);
        ConcurrentBag<int> seen = [];
        ConcurrentBag<int> counts = [];
        blocks.Run((first, count) =>
        {
            counts.Add(count);
            foreach (int tile in Enumerable.Range(first, count)) seen.Add(tile);
        });
        Assert.Equal(Enumerable.Range(0, tiles.Get), seen.Order());
        Assert.All(counts, count => Assert.InRange(count, 1, blocks.Size));
        Assert.Equal(0, blocks.Size % MatrixKernel.Rows);
    }
}

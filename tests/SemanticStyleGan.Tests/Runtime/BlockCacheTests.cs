using FsCheck.Xunit;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests.Runtime;

/// <summary>Tests that look at the whole process's memory; they run alone.</summary>
[CollectionDefinition("Memory", DisableParallelization = true)]
public sealed class MemoryTests;

[Collection("Memory")]
public sealed unsafe class BlockCacheTests
{
    public BlockCacheTests() => BlockCache.Initialize();

    [Property(MaxTest = 500)]
    public void A_class_is_large_enough_and_wastes_at_most_an_eighth(uint bytes)
    {
        nuint needed = bytes + (nuint)1;
        int sizeClass = BlockCache.ClassOf(needed, out nuint size);

        Assert.True(size >= needed);
        Assert.True(size <= nuint.Max(needed + 63, needed + needed / 8));
        Assert.Equal((nuint)0, size % 64);
        Assert.Equal(sizeClass, BlockCache.ClassOf(size, out nuint same));
        Assert.Equal(size, same);
        Assert.Equal(sizeClass + 1, BlockCache.ClassOf(size + 1, out _));
    }

    [Fact]
    public void A_returned_block_is_handed_out_again()
    {
        foreach (nuint bytes in (nuint[])[1, 64, 1000, 60_000, 100_000, 5_000_000])
        {
            void* first = BlockCache.Take(bytes);
            BlockCache.Give(first);
            void* second = BlockCache.Take(bytes);
            Assert.Equal((nint)first, (nint)second);
            Assert.Equal(0, (nint)second % 64);
            BlockCache.Give(second);
        }
    }

    [Fact]
    public void Blocks_of_many_threads_do_not_overlap()
    {
        Parallel.For(0, 4, thread =>
        {
            Random random = new(thread);
            List<(nint Start, int Length, byte Mark)> held = [];
            for (int i = 0; i < 3000; i++)
            {
                int length = 1 << random.Next(0, 21);
                length += random.Next(length);
                byte* block = (byte*)BlockCache.Take((nuint)length);
                Assert.True(block != null);
                byte mark = (byte)random.Next(256);
                (block[0], block[length / 2], block[length - 1]) = (mark, mark, mark);
                held.Add(((nint)block, length, mark));
                while (held.Count > 20) Return(random.Next(held.Count));
            }
            while (held.Count > 0) Return(0);

            void Return(int index)
            {
                (nint start, int length, byte mark) = held[index];
                byte* block = (byte*)start;
                Assert.Equal((mark, mark, mark), (block[0], block[length / 2], block[length - 1]));
                BlockCache.Give(block);
                held.RemoveAt(index);
            }
        });
    }

    [Fact]
    public void Sizes_that_never_come_again_do_not_pile_up()
    {
        const int Megabyte = 1 << 20;
        BlockCache.ReleaseCached();
        long small = BlockCache.Statistics().CachedBytes; // what earlier tests left in small blocks, which are kept
        for (int size = 1; size <= 400; size++)
            BlockCache.Give(BlockCache.Take((nuint)(size * Megabyte)));
        TorchMemory memory = BlockCache.Statistics();
        Assert.True(memory.LiveBytes + memory.CachedBytes < 1.4 * memory.PeakBytes + 128L * Megabyte, $"{memory}");

        BlockCache.ReleaseCached();
        Assert.True(BlockCache.Statistics().CachedBytes < small + 16L * Megabyte, $"{BlockCache.Statistics()}");
    }

    [Fact]
    public void Small_blocks_that_are_kept_leave_large_ones_their_room()
    {
        TakeAndGive(2500, 60_000);
        TakeAndGive(30, 5_000_000);
        long before = BlockCache.Statistics().Mappings;
        TakeAndGive(30, 5_000_000);
        Assert.Equal(before, BlockCache.Statistics().Mappings);

        static void TakeAndGive(int count, nuint bytes)
        {
            nint[] blocks = new nint[count];
            for (int i = 0; i < count; i++) blocks[i] = (nint)BlockCache.Take(bytes);
            foreach (nint block in blocks) BlockCache.Give((void*)block);
        }
    }

    [Fact]
    public void More_than_there_is_gives_null()
    {
        Assert.True(BlockCache.Take(0) == null);
        Assert.True(BlockCache.Take((nuint)1 << 45) == null);
        Assert.True(BlockCache.Take(nuint.MaxValue) == null);
    }
}

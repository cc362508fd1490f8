using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SemanticStyleGan.Runtime;

/// <summary>
/// Native memory for tensors that is kept and handed out again instead of going back to the system: fresh pages cost more
/// than most operations that fill them.
/// </summary>
/// <remarks>
/// Sizes are rounded up to classes (multiples of 64 bytes, from 1 KB on eight classes a doubling), each with a list of free
/// blocks. Small blocks are carved from chunks and never returned; a large one is a mapping of its own and returns to the
/// system when it has not been used for <see cref="IdleMilliseconds"/>, or, oldest first, when live and cached memory
/// together exceed the recent peak of live memory by a quarter. So memory stays flat whatever is allocated in which order.
/// The methods are called by native code on any thread: they take a spin lock, never throw and never allocate managed memory.
/// </remarks>
internal static unsafe partial class BlockCache
{
    private const int Alignment = 64;
    private const nuint SmallLimit = 64 << 10;
    private const nuint ChunkSize = 1 << 20;
    private const nuint HugePage = 2 << 20;
    private const nuint Slack = 64 << 20;
    private const long IdleMilliseconds = 10_000;
    private const int ClassCount = 16 + 38 * 8;
    private const int WiderClasses = 2;

    /// <summary>Precedes the 64-byte aligned memory that a caller sees.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Alignment)]
    private struct Block
    {
        internal nuint Size;
        internal int Class;
        internal long FreedAt;
        internal Block* Next, Previous;
        internal Block* Newer, Older;
    }

    private static int gate;
    private static Block** free;
    private static Block* newest, oldest;
    private static byte* chunk, chunkEnd;
    private static nuint live, cached, peak, previousPeak, chunks;
    private static long peakSince, requests, mappings;

    internal static void Initialize()
    {
        if (free == null) free = (Block**)NativeMemory.AllocZeroed(ClassCount, (nuint)sizeof(Block*));
    }

    internal static TorchMemory Statistics() =>
        new((long)live, (long)(cached + chunks), (long)nuint.Max(peak, previousPeak), requests, mappings);

    /// <summary>At least <paramref name="bytes"/> bytes, 64-byte aligned, or null if the system has none left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void* Take(nuint bytes)
    {
        if (bytes == 0 || bytes > (nuint)1 << 46) return null;
        int sizeClass = ClassOf(bytes + Alignment, out nuint size);
        Enter();
        requests++;
        Block* block = Reuse(sizeClass, size);
        if (block == null) block = size <= SmallLimit ? Carve(size) : Map(size);
        if (block != null)
        {
            if (block->Size == 0) (block->Size, block->Class) = (size, sizeClass);
            live += block->Size;
            if (live > peak) peak = live;
        }
        Exit();
        return block == null ? null : block + 1;
    }

    /// <summary>Takes back what <see cref="Take"/> gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Give(void* memory)
    {
        if (memory == null) return;
        Block* block = (Block*)memory - 1;
        Enter();
        live -= block->Size;
        Push(block);
        if (block->Size > SmallLimit)
        {
            long now = Environment.TickCount64;
            block->FreedAt = now;
            if (now - peakSince > IdleMilliseconds) (previousPeak, peak, peakSince) = (peak, live, now);
            while (oldest != null && (now - oldest->FreedAt > IdleMilliseconds || live + cached > Limit)) Unmap(oldest);
        }
        Exit();
    }

    /// <summary>Returns every large block that is not in use to the system.</summary>
    internal static void ReleaseCached()
    {
        Enter();
        while (oldest != null) Unmap(oldest);
        Exit();
    }

    private static nuint Limit
    {
        get
        {
            nuint recent = nuint.Max(peak, previousPeak);
            return recent + recent / 4 + Slack;
        }
    }

    /// <summary>The class of a block of <paramref name="needed"/> bytes and the bytes that blocks of that class have.</summary>
    internal static int ClassOf(nuint needed, out nuint size)
    {
        if (needed <= 1024)
        {
            int units = (int)((needed + 63) / 64);
            size = (nuint)units * 64;
            return units - 1;
        }
        int exponent = BitOperations.Log2((ulong)needed - 1); // 2^exponent < needed ≤ 2^(exponent+1)
        nuint eighth = (needed - 1) >> (exponent - 3);        // 8 … 15
        size = (eighth + 1) << (exponent - 3);
        return 16 + (exponent - 10) * 8 + (int)eighth - 8;
    }

    // A block of the class, or of one at most a quarter larger.
    private static Block* Reuse(int sizeClass, nuint size)
    {
        int last = size <= SmallLimit ? sizeClass : int.Min(sizeClass + WiderClasses, ClassCount - 1);
        for (int i = sizeClass; i <= last; i++)
            if (free[i] != null)
            {
                Block* block = free[i];
                Remove(block);
                return block;
            }
        return null;
    }

    private static Block* Carve(nuint size)
    {
        if ((nuint)(chunkEnd - chunk) < size)
        {
            void* mapped = MapPages(ChunkSize);
            if (mapped == null) return null;
            chunk = (byte*)mapped;
            chunkEnd = chunk + ChunkSize;
            chunks += ChunkSize;
        }
        Block* block = (Block*)chunk;
        chunk += size;
        return block;
    }

    private static Block* Map(nuint size)
    {
        while (oldest != null && live + cached + size > Limit) Unmap(oldest);
        void* mapped = MapPages(size);
        if (mapped == null)
        {
            while (oldest != null) Unmap(oldest);
            mapped = MapPages(size);
        }
        if (mapped != null) mappings++;
        return (Block*)mapped;
    }

    private static void Unmap(Block* block)
    {
        Remove(block);
        _ = MemoryUnmap(block, block->Size);
    }

    private static void Push(Block* block)
    {
        Block* first = free[block->Class];
        block->Next = first;
        block->Previous = null;
        if (first != null) first->Previous = block;
        free[block->Class] = block;
        if (block->Size <= SmallLimit) return;
        cached += block->Size; // of large blocks: small ones are never returned, whatever the limit
        block->Older = newest;
        block->Newer = null;
        if (newest != null) newest->Newer = block;
        newest = block;
        if (oldest == null) oldest = block;
    }

    private static void Remove(Block* block)
    {
        if (block->Previous != null) block->Previous->Next = block->Next;
        else free[block->Class] = block->Next;
        if (block->Next != null) block->Next->Previous = block->Previous;
        if (block->Size <= SmallLimit) return;
        cached -= block->Size;
        if (block->Newer != null) block->Newer->Older = block->Older;
        else newest = block->Older;
        if (block->Older != null) block->Older->Newer = block->Newer;
        else oldest = block->Newer;
    }

    // Zeroed pages; from 2 MB on aligned so that the system can back them with huge pages.
    private static void* MapPages(nuint size)
    {
        nuint extra = size >= HugePage ? HugePage : 0;
        byte* start = (byte*)MemoryMap(null, size + extra, 3 /* read, write */, 0x22 /* private, anonymous */, -1, 0);
        if (start == (byte*)-1) return null;
        if (extra == 0) return start;
        byte* aligned = (byte*)(((nuint)start + HugePage - 1) & ~(HugePage - 1));
        if (aligned > start) _ = MemoryUnmap(start, (nuint)(aligned - start));
        if (aligned < start + extra) _ = MemoryUnmap(aligned + size, (nuint)(start + extra - aligned));
        _ = MemoryAdvise(aligned, size, 14 /* huge pages */);
        return aligned;
    }

    private static void Enter()
    {
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref gate, 1, 0) != 0) wait.SpinOnce(sleep1Threshold: -1);
    }

    private static void Exit() => Volatile.Write(ref gate, 0);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}

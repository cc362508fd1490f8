using System.Runtime.InteropServices;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Kernels;

/// <summary>Native memory for the time of one block of work, 64-byte aligned, not cleared.</summary>
internal readonly unsafe struct Scratch : IDisposable
{
    private readonly bool cached;

    internal Scratch(nint numbers)
    {
        nuint bytes = (nuint)numbers * sizeof(float);
        cached = TorchRuntime.Allocator == TensorAllocator.Caching;
        Pointer = (float*)(cached ? BlockCache.Take(bytes) : NativeMemory.AlignedAlloc(bytes, 64));
        if (Pointer == null) throw new InsufficientMemoryException($"no {bytes >> 20} MB of working memory left.");
    }

    internal float* Pointer { get; }

    public void Dispose()
    {
        if (cached) BlockCache.Give(Pointer);
        else NativeMemory.AlignedFree(Pointer);
    }
}

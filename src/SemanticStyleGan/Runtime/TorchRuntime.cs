namespace SemanticStyleGan.Runtime;

/// <summary>Where libtorch takes tensors' memory from.</summary>
public enum TensorAllocator
{
    /// <summary>The project's own cache of blocks (Linux, x64): fastest, memory stays flat.</summary>
    Caching,

    /// <summary>The C library's allocator with large blocks mapped one by one: slower, memory stays flat. Also what <see cref="Caching"/> falls back to.</summary>
    MappedBlocks,

    /// <summary>libtorch as it starts up, its threads' waiting included. With glibc's default settings a training run grows until memory runs out; for comparison only.</summary>
    Libtorch,
}

/// <summary>Settings of libtorch in this process.</summary>
public static class TorchRuntime
{
    /// <summary>The environment variable that may name another allocator: <c>caching</c>, <c>mappedblocks</c> or <c>libtorch</c>.</summary>
    public const string AllocatorVariable = "SEMANTIC_STYLEGAN_ALLOCATOR";

    private static readonly Lock StartLock = new();
    private static TensorAllocator wanted = Enum.TryParse(Environment.GetEnvironmentVariable(AllocatorVariable), ignoreCase: true, out TensorAllocator named) ? named : TensorAllocator.Caching;
    private static bool started;

    /// <summary>The allocator that is, or with the first use of torch will be, in effect.</summary>
    /// <remarks>Choose it before the first tensor is made; <see cref="TensorAllocator.MappedBlocks"/> cannot be left again.</remarks>
    public static TensorAllocator Allocator
    {
        get => wanted;
        set
        {
            lock (StartLock)
            {
                wanted = value;
                if (started) Apply();
            }
        }
    }

    /// <summary>What the caching allocator holds; zeros where another one is in effect.</summary>
    public static TorchMemory Memory => BlockCache.Statistics();

    /// <summary>Whether libtorch's convolutions are oneDNN's: true unless these are wrong on this processor, which is tried when torch is first used (Linux, x64).</summary>
    public static bool UsesOneDnn => OneDnn.IsUsed;

    /// <summary>Returns memory that is kept for later tensors to the system; it returns by itself within about 10 s of use.</summary>
    public static void ReleaseCachedMemory() => BlockCache.ReleaseCached();

    /// <summary>Called once, when torch is about to be used.</summary>
    internal static void Start()
    {
        lock (StartLock)
        {
            if (started) return;
            started = true;
            if (wanted != TensorAllocator.Libtorch) NativeStartup.LetIdleThreadsSleep();
            Apply();
            OneDnn.LeaveWhereWrong();
        }
    }

    private static void Apply()
    {
        if (wanted == TensorAllocator.Caching && !CachingAllocator.Install()) wanted = TensorAllocator.MappedBlocks;
        if (wanted == TensorAllocator.Caching) return;
        CachingAllocator.Uninstall();
        if (wanted == TensorAllocator.MappedBlocks && !NativeStartup.MapLargeBlocks()) wanted = TensorAllocator.Libtorch;
    }
}

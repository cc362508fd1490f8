using System.Runtime.InteropServices;

namespace SemanticStyleGan.Runtime;

/// <summary>Makes libtorch take its tensors' memory from <see cref="BlockCache"/>: an own <c>c10::Allocator</c>.</summary>
/// <remarks>
/// The allocator is an object whose table of virtual functions is a copy of the default one's with two entries replaced:
/// <c>allocate</c> and <c>raw_deleter</c>. It is installed only where the default one is found laid out as expected (a table
/// of six functions; a <c>DataPtr</c> of data, deleter, context and device), so that another libtorch keeps its own
/// allocator instead of being broken. <c>allocate</c> is a short piece of machine code: when memory runs out it jumps to
/// the default allocator, whose C++ exception must not pass through managed code.
/// </remarks>
internal static unsafe partial class CachingAllocator
{
    private const int TableLength = 8; // offset to top, type, two destructors, allocate, is_simple, raw_deleter, copy
    private const int AllocateEntry = 4, DeleterEntry = 6;
    private const ushort CpuDevice = 0xff00; // type 0 (CPU), index −1
    private const byte Priority = 100;

    // c10::DataPtr: four words.
    private const int Data = 0, Deleter = 1, Context = 2, Device = 3;

    private static nint setAllocator, original, own;

    /// <summary>Whether libtorch can be given the allocator; the first call prepares it.</summary>
    internal static bool IsAvailable => own != 0 || Prepare();

    /// <summary>From now on tensors' memory comes from the cache; false where that is not possible.</summary>
    internal static bool Install() => IsAvailable && Set(own);

    /// <summary>From now on tensors' memory comes from libtorch's own allocator; existing tensors stay valid.</summary>
    internal static bool Uninstall() => own == 0 || Set(original);

    private static bool Set(nint allocator)
    {
        ((delegate* unmanaged<nint, byte, void>)setAllocator)(allocator, Priority);
        return true;
    }

    private static bool Prepare()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return false;
        if (NativeStartup.FindNative("libc10.so") is not { } path || !NativeLibrary.TryLoad(path, out nint c10)) return false;
        if (!NativeLibrary.TryGetExport(c10, "_ZN3c1015SetCPUAllocatorEPNS_9AllocatorEh", out setAllocator)
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1022GetDefaultCPUAllocatorEv", out nint getDefault)
            || !NativeLibrary.TryGetExport(c10, "_ZTVN3c1019DefaultCPUAllocatorE", out nint defaultTable)) return false;

        original = ((delegate* unmanaged<nint>)getDefault)();
        nint* table = *(nint**)original - 2;
        if ((nint)table != defaultTable || !IsLaidOutAsExpected(table)) return false;

        BlockCache.Initialize();
        nint code = WriteAllocateCode(table[AllocateEntry]);
        if (code == 0) return false;
        nint* copy = (nint*)NativeMemory.Alloc(TableLength + 1, (nuint)sizeof(nint));
        new ReadOnlySpan<nint>(table, TableLength).CopyTo(new Span<nint>(copy, TableLength));
        copy[AllocateEntry] = code;
        copy[DeleterEntry] = (nint)(delegate* unmanaged<nint, nint>)&RawDeleter;
        copy[TableLength] = (nint)(copy + 2); // the object: nothing but a pointer to its functions
        own = (nint)(copy + TableLength);
        return true;
    }

    // Asks the default allocator for memory as C++ would, and compares what comes back with what we are going to build.
    private static bool IsLaidOutAsExpected(nint* table)
    {
        nint deleter = ((delegate* unmanaged<nint, nint>)table[DeleterEntry])(original);
        nint* made = stackalloc nint[4];
        ((delegate* unmanaged<nint*, nint, nuint, nint*>)table[AllocateEntry])(made, original, 64);
        if (made[Data] == 0 || made[Data] != made[Context] || made[Deleter] != deleter || (ushort)made[Device] != CpuDevice) return false;
        ((delegate* unmanaged<nint, void>)deleter)(made[Context]);
        return true;
    }

    // DataPtr allocate(size_t) const; rdi: where the result goes, rsi: this, rdx: bytes.
    private static nint WriteAllocateCode(nint originalAllocate)
    {
        nint take = (nint)(delegate* unmanaged<nuint, void*>)&Take;
        nint give = (nint)(delegate* unmanaged<void*, void>)&Give;
        byte[] code =
        [
            0xf3, 0x0f, 0x1e, 0xfa,                         // endbr64
            0x57, 0x52, 0x48, 0x83, 0xec, 0x08,             // push rdi; push rdx; sub rsp, 8
            0x48, 0x89, 0xd7,                               // mov rdi, rdx
            0x48, 0xb8, .. BitConverter.GetBytes(take),     // mov rax, take
            0xff, 0xd0,                                     // call rax
            0x48, 0x83, 0xc4, 0x08, 0x5a, 0x5f,             // add rsp, 8; pop rdx; pop rdi
            0x48, 0x85, 0xc0, 0x74, 0x1f,                   // test rax, rax; je default
            0x48, 0x89, 0x07, 0x48, 0x89, 0x47, 0x10,       // mov [rdi], rax; mov [rdi+16], rax
            0x48, 0xb9, .. BitConverter.GetBytes(give),     // mov rcx, give
            0x48, 0x89, 0x4f, 0x08,                         // mov [rdi+8], rcx
            0x66, 0xc7, 0x47, 0x18, 0x00, 0xff,             // mov word [rdi+24], CPU
            0x48, 0x89, 0xf8, 0xc3,                         // mov rax, rdi; ret
            0x48, 0xbe, .. BitConverter.GetBytes(original), // default: mov rsi, original
            0x48, 0xb8, .. BitConverter.GetBytes(originalAllocate),
            0xff, 0xe0,                                     // mov rax, its allocate; jmp rax
        ];
        nuint page = (nuint)Environment.SystemPageSize;
        nint memory = MemoryMap(0, page, 3 /* read, write */, 0x22 /* private, anonymous */, -1, 0);
        if (memory == -1) return 0;
        Marshal.Copy(code, 0, memory, code.Length);
        return MemoryProtect(memory, page, 5 /* read, execute */) == 0 ? memory : 0;
    }

    [UnmanagedCallersOnly]
    private static void* Take(nuint bytes) => BlockCache.Take(bytes);

    [UnmanagedCallersOnly]
    private static void Give(void* memory) => BlockCache.Give(memory);

    [UnmanagedCallersOnly]
    private static nint RawDeleter(nint allocator) => (nint)(delegate* unmanaged<void*, void>)&Give;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MemoryProtect(nint address, nuint length, int protection);
}

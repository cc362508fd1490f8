using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace SemanticStyleGan.Runtime;

/// <summary>
/// Makes libtorch usable where it would not load or would run out of memory, before anything asks for it:
/// chooses the allocator and leaves oneDNN where it is wrong when torch comes in (see <see cref="TorchRuntime"/>), and loads TorchSharp's native library on systems
/// whose libstdc++ is older than the one it was linked against (see <see cref="ElfVersionPatch"/>).
/// </summary>
internal static partial class NativeStartup
{
    private const string TorchSharpLibrary = "libLibTorchSharp.so";
    private const int MallocMmapThreshold = -3;

    private static readonly Lock LoadLock = new();
    private static nint torchSharp;

    [ModuleInitializer]
    internal static void Register()
    {
        // Raised only after the runtime's own search has failed: on newer systems it never is.
        if (OperatingSystem.IsLinux()) AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        if (AppDomain.CurrentDomain.GetAssemblies().Any(IsTorchSharp)) TorchRuntime.Start();
        else AppDomain.CurrentDomain.AssemblyLoad += StartWithTorch;
    }

    private static void StartWithTorch(object? sender, AssemblyLoadEventArgs loaded)
    {
        if (!IsTorchSharp(loaded.LoadedAssembly)) return;
        AppDomain.CurrentDomain.AssemblyLoad -= StartWithTorch;
        TorchRuntime.Start();
    }

    private static bool IsTorchSharp(Assembly assembly) => assembly.GetName().Name == "TorchSharp";

    /// <summary>Makes glibc map large blocks one by one.</summary>
    /// <remarks>
    /// libtorch asks for 64-byte aligned blocks, and glibc's memalign rarely reuses freed ones: the heap of a training
    /// process grows by hundreds of MB an iteration. A fixed mmap threshold gives large blocks back to the system.
    /// </remarks>
    internal static bool MapLargeBlocks() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
        && NativeLibrary.TryGetExport(libc, "mallopt", out nint _) && MallOpt(MallocMmapThreshold, 128 * 1024) != 0;

    /// <summary>Lets idle threads of libtorch sleep instead of spin; call it before libtorch's OpenMP library is loaded.</summary>
    /// <remarks>
    /// OpenMP's workers spin at the end of every parallel loop. With another process on the same cores they spin while the
    /// thread that they wait for is not running, and everything becomes ten times slower. A user's own setting wins.
    /// </remarks>
    internal static void LetIdleThreadsSleep()
    {
        if (OperatingSystem.IsLinux()) _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (!name.Contains("LibTorchSharp", StringComparison.Ordinal)) return 0;
        lock (LoadLock)
        {
            if (torchSharp == 0) torchSharp = LoadPatched();
            return torchSharp;
        }
    }

    private static nint LoadPatched()
    {
        if (FindNative(TorchSharpLibrary) is not { } original) return 0;
        // The copy has another folder than its dependencies; loaded first, they are found by name.
        foreach (string dependency in (string[])["libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"])
            if (FindNative(dependency) is { } path)
                NativeLibrary.Load(path);
        return NativeLibrary.Load(ElfVersionPatch.CachedCopy(original));
    }

    /// <summary>The path of a native library beside the program or in its package folders, or null.</summary>
    internal static string? FindNative(string file)
    {
        string listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    // .NET's own environment is a copy that native libraries do not see.
    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}

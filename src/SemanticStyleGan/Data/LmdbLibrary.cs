using System.Reflection;
using System.Runtime.InteropServices;
using LightningDB;

namespace SemanticStyleGan.Data;

/// <summary>
/// The system's LMDB 0.9, which writes data sets for the authors' program. The package's own library is LMDB 1.0, whose files
/// other programs can't read, and is left out.
/// </summary>
internal static class LmdbLibrary
{
    private static readonly string[] Names = ["liblmdb.so.0", "liblmdb.so", "liblmdb.dylib", "/opt/homebrew/lib/liblmdb.dylib", "lmdb"];

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Makes sure that the library is there.</summary>
    /// <exception cref="InputException">It is not installed, or another version; how to install it is said.</exception>
    public static void Require() => _ = Handle.Value;

    private static unsafe nint Load()
    {
        foreach (string name in Names)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle) || !NativeLibrary.TryGetExport(handle, "mdb_version", out nint version)) continue;
            int major, minor, patch;
            ((delegate* unmanaged[Cdecl]<int*, int*, int*, nint>)version)(&major, &minor, &patch);
            if ((major, minor) != (0, 9)) continue;
            NativeLibrary.SetDllImportResolver(typeof(LightningEnvironment).Assembly, (_, _, _) => handle);
            return handle;
        }
        throw new InputException("LMDB 0.9 is not installed, which is needed to write LMDB data sets (reading needs nothing): apt-get install liblmdb0 (macOS: brew install lmdb).");
    }
}

using System.Runtime.InteropServices;
using System.Text;

namespace SemanticStyleGan.Distributed;

/// <summary>The functions of MPI that training needs, bound at run time to the library that is installed. Handles are as wide as addresses, see <see cref="MpiAbi"/>.</summary>
internal sealed unsafe class MpiLibrary(nint library, MpiAbi abi)
{
    private const int ThreadFunneled = 1, LongestError = 8192;

    /// <summary>The implementation's constants.</summary>
    internal MpiAbi Abi => abi;

    /// <summary>Loads an implementation.</summary>
    /// <exception cref="InputException">It is not installed.</exception>
    internal static MpiLibrary Load(MpiImplementation implementation)
    {
        IReadOnlyList<(string File, Func<nint, MpiAbi> Abi)> candidates = MpiAbi.Candidates(implementation);
        foreach ((string file, Func<nint, MpiAbi> abi) in candidates)
            if (NativeLibrary.TryLoad(file, out nint library))
                return new MpiLibrary(library, abi(library));
        throw new InputException($"several ranks were started, but no {string.Join(" or ", candidates.Select(c => c.File))} is found; install {(implementation == MpiImplementation.OpenMpi ? "libopenmpi3" : "libmpich12")}, or start one process with --mpi none.");
    }

    /// <summary>Joins the job. Errors are returned from now on instead of ending the process.</summary>
    internal void Initialize()
    {
        int provided;
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int, int*, int>)Function("Init_thread"))(0, 0, ThreadFunneled, &provided));
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Function("Comm_set_errhandler"))(abi.World, abi.ReturnErrors));
    }

    /// <summary>Leaves the job; waits for the others.</summary>
    internal void Complete() => Check(((delegate* unmanaged[Cdecl]<int>)Function("Finalize"))());

    /// <summary>Ends all processes of the job.</summary>
    internal void Abort(int exitCode) => ((delegate* unmanaged[Cdecl]<nint, int, int>)Function("Abort"))(abi.World, exitCode);

    internal int Rank() => Number("Comm_rank");

    internal int Size() => Number("Comm_size");

    /// <summary>Begins to sum numbers in place over all ranks; <see cref="Test"/> tells when it is done.</summary>
    internal nint StartAllReduce(nint values, int count, nint type)
    {
        nint request = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int, nint, nint, nint, nint*, int>)Function("Iallreduce"))(abi.InPlace, values, count, type, abi.Sum, abi.World, &request));
        return request;
    }

    /// <summary>Begins to send bytes of rank 0 to all.</summary>
    internal nint StartBroadcast(nint values, int bytes)
    {
        nint request = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, nint*, int>)Function("Ibcast"))(values, bytes, abi.Byte, 0, abi.World, &request));
        return request;
    }

    /// <summary>Says that this rank has come here, and begins to wait for all.</summary>
    internal nint StartBarrier()
    {
        nint request = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, nint*, int>)Function("Ibarrier"))(abi.World, &request));
        return request;
    }

    /// <summary>Whether a request is done; gives the library time to make progress.</summary>
    internal bool Test(ref nint request)
    {
        int done = 0;
        fixed (nint* at = &request) Check(((delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)Function("Test"))(at, &done, abi.IgnoreStatus));
        return done != 0;
    }

    /// <summary>Sends two numbers to a rank without waiting for it; <paramref name="message"/> stays allocated until the process ends.</summary>
    internal void Post(long* message, int rank, int tag)
    {
        nint request = 0;
        Check(((delegate* unmanaged[Cdecl]<long*, int, nint, int, int, nint, nint*, int>)Function("Isend"))(message, 2, abi.Int64, rank, tag, abi.World, &request));
    }

    /// <summary>Two numbers that some rank has posted, or null.</summary>
    internal (long First, long Second)? Receive(int tag)
    {
        int there = 0;
        Check(((delegate* unmanaged[Cdecl]<int, int, nint, int*, nint, int>)Function("Iprobe"))(abi.AnySource, tag, abi.World, &there, abi.IgnoreStatus));
        if (there == 0) return null;
        long* message = stackalloc long[2];
        Check(((delegate* unmanaged[Cdecl]<long*, int, nint, int, int, nint, nint, int>)Function("Recv"))(message, 2, abi.Int64, abi.AnySource, tag, abi.World, abi.IgnoreStatus));
        return (message[0], message[1]);
    }

    /// <summary>Whether the library takes addresses of CUDA memory. Asked through the extension that the implementation has for it; not run by us, no such machine was at hand.</summary>
    internal bool TakesCudaMemory()
    {
        const int cuda = 0;
        int supported = 0;
        if (NativeLibrary.TryGetExport(library, "MPIX_GPU_query_support", out nint query))
            return ((delegate* unmanaged[Cdecl]<int, int*, int>)query)(cuda, &supported) == 0 && supported != 0;
        return NativeLibrary.TryGetExport(library, "MPIX_Query_cuda_support", out query) && ((delegate* unmanaged[Cdecl]<int>)query)() != 0;
    }

    private int Number(string function)
    {
        int value;
        Check(((delegate* unmanaged[Cdecl]<nint, int*, int>)Function(function))(abi.World, &value));
        return value;
    }

    // A lookup costs a microsecond or two: nothing beside a collective call.
    private nint Function(string name) => NativeLibrary.GetExport(library, "MPI_" + name);

    private void Check(int error)
    {
        if (error == 0) return;
        byte* text = stackalloc byte[LongestError];
        int length = 0;
        ((delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Function("Error_string"))(error, text, &length);
        throw new ProcessGroupException($"{abi.Name}: {Encoding.UTF8.GetString(text, length)}");
    }
}

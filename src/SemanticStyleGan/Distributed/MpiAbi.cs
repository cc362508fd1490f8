using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SemanticStyleGan.Distributed;

/// <summary>
/// What the C header of an MPI implementation would say. Open MPI's handles are addresses of exported symbols, MPICH's are numbers; a number passes
/// as well where the function takes an <c>int</c>, so one set of signatures serves both.
/// </summary>
internal sealed record MpiAbi(string Name, nint World, nint Float32, nint Float64, nint Int64, nint Byte, nint Sum, nint ReturnErrors, nint InPlace, nint IgnoreStatus, int AnySource)
{
    /// <summary>The files that hold an implementation, as Debian and others call them.</summary>
    internal static IReadOnlyList<(string File, Func<nint, MpiAbi> Abi)> Candidates(MpiImplementation implementation) => implementation switch
    {
        MpiImplementation.OpenMpi => [("libmpi.so.40", OpenMpi)],
        MpiImplementation.Mpich => [("libmpich.so.12", Mpich), ("libmpi.so.12", Mpich)],
        _ => throw new ArgumentOutOfRangeException(nameof(implementation)),
    };

    /// <summary>Open MPI 3 to 5.</summary>
    internal static MpiAbi OpenMpi(nint library)
    {
        nint Handle(string name) => NativeLibrary.GetExport(library, "ompi_mpi_" + name);
        return new("Open MPI", Handle("comm_world"), Handle("float"), Handle("double"), Handle("int64_t"), Handle("byte"), Handle("op_sum"), Handle("errors_return"),
            InPlace: 1, IgnoreStatus: 0, AnySource: -1);
    }

    /// <summary>MPICH 3.1 and later, and what shares its ABI (Intel MPI, MVAPICH2, Cray MPICH).</summary>
    internal static MpiAbi Mpich(nint library) =>
        new("MPICH", World: 0x44000000, Float32: 0x4c00040a, Float64: 0x4c00080b, Int64: 0x4c00083a, Byte: 0x4c00010d, Sum: 0x58000003, ReturnErrors: 0x54000001,
            InPlace: -1, IgnoreStatus: 1, AnySource: -2);

    /// <summary>The MPI type of a tensor's numbers.</summary>
    internal nint TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => Float32,
        ScalarType.Float64 => Float64,
        ScalarType.Int64 => Int64,
        _ => throw new ArgumentException($"sums of {type} are not supported.", nameof(type)),
    };
}

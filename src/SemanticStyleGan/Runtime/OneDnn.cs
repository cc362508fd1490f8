using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Runtime;

/// <summary>oneDNN, which computes libtorch's convolutions on x64, and what is done where it computes them wrongly.</summary>
/// <remarks>
/// It compiles its kernels when they are first asked for, for the processor that it finds. On a virtual machine whose hypervisor hides most of what the processor
/// says of itself (seen: AMD EPYC, family 26, libtorch 2.10 with oneDNN 3.7) results lacked taps of the kernel or were NaN where channels don't fill a vector, not in every
/// process alike: discriminators judged wrongly and gradients pointed elsewhere, without any error. So it is asked for a few convolutions whose results are known.
/// </remarks>
internal static unsafe class OneDnn
{
    private const string OneDnnSwitch = "_ZN2at7Context20setUserEnabledMkldnnEb", NnpackSwitch = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>Whether convolutions are its: true unless <see cref="LeaveWhereWrong"/> found them wrong.</summary>
    internal static bool IsUsed { get; private set; } = true;

    /// <summary>Lets libtorch's own convolutions take the place of oneDNN's where these are wrong. Takes about ten milliseconds.</summary>
    internal static void LeaveWhereWrong()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        Tell(NnpackSwitch, false);
        if (LargestError() < 1e-3) Tell(NnpackSwitch, true);
        else Use(false);
    }

    /// <summary>Lets libtorch use oneDNN or not; false where this libtorch can't be told.</summary>
    /// <remarks>Without it libtorch tries NNPACK, which does not know such processors either and says so on the error stream at every convolution.</remarks>
    internal static bool Use(bool use)
    {
        if (!Tell(OneDnnSwitch, use)) return false;
        Tell(NnpackSwitch, use);
        IsUsed = use;
        return true;
    }

    // A member of at::Context that takes a switch.
    private static bool Tell(string name, bool use)
    {
        if (NativeStartup.FindNative("libtorch_cpu.so") is not { } path || !NativeLibrary.TryLoad(path, out nint library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out nint context)
            || !NativeLibrary.TryGetExport(library, name, out nint set)) return false;
        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), (byte)(use ? 1 : 0));
        return true;
    }

    /// <summary>
    /// The largest difference of convolutions in float32 from the same in float64, which oneDNN has no part in, NaN where one is not a number. The first three were wrong
    /// at every start of a process (the first with AVX and AVX2, the others with AVX2 or AVX-512), the last two at most.
    /// </summary>
    internal static double LargestError()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        double[] errors = [Error(12, 24, transposed: false), Error(12, 24, transposed: true), Error(13, 32, transposed: true), Error(3, 8, transposed: true), Error(6, 1, transposed: true)];
        return errors.Any(double.IsNaN) ? double.NaN : errors.Max();
    }

    private static double Error(int input, int output, bool transposed)
    {
        using Generator random = new(1);
        Tensor x = randn([2, input, 4, 4], generator: random), w = randn(transposed ? [input, output, 3, 3] : [output, input, 3, 3], generator: random);
        return (Convolve(x, w) - Convolve(x.to(ScalarType.Float64), w.to(ScalarType.Float64))).abs().max().item<double>();

        Tensor Convolve(Tensor x, Tensor w) => transposed ? F.conv_transpose2d(x, w, padding: [1, 1]) : F.conv2d(x, w, padding: [1, 1]);
    }
}

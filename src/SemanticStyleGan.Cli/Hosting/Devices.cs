using System.CommandLine;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>The choice of device and threads, made once a command.</summary>
internal static class Devices
{
    /// <summary><c>--device</c>: cpu, or cuda where a CUDA build of libtorch is installed.</summary>
    internal static Option<string> Option { get; } = Create();

    /// <summary><c>--threads</c>: how many cores libtorch uses.</summary>
    internal static Option<int> Threads { get; } = CreateThreads();

    /// <summary>The device that the command line asks for; sets the number of threads.</summary>
    /// <exception cref="InputException">CUDA is asked for and not there.</exception>
    internal static torch.Device Chosen(ParseResult parsed)
    {
        if (parsed.GetValue(Threads) is > 0 and int threads) torch.set_num_threads(threads);
        if (parsed.GetValue(Option) is not "cuda") return torch.CPU;
        if (!torch.cuda_is_available())
            throw new InputException("--device: cuda is not available; build with -p:TorchBackend=libtorch-cuda-12.8-linux-x64 on a machine with an NVIDIA driver, or use --device cpu.");
        return torch.CUDA;
    }

    private static Option<int> CreateThreads()
    {
        Option<int> option = CommonOptions.Integer("--threads", "Cores to compute on; 0 for all.", 0, 0, 4096);
        option.Recursive = true;
        return option;
    }

    private static Option<string> Create()
    {
        Option<string> option = CommonOptions.Choice("--device", "Where to compute.", "cpu", "cpu", "cuda");
        option.Recursive = true;
        return option;
    }
}

using System.CommandLine;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>The choice of device, made once a command and passed down.</summary>
internal static class Devices
{
    /// <summary><c>--device</c>: cpu, or cuda where a CUDA build of libtorch is installed.</summary>
    internal static Option<string> Option { get; } = Create();

    /// <summary>The device that the command line asks for.</summary>
    /// <exception cref="InputException">CUDA is asked for and not there.</exception>
    internal static torch.Device Chosen(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not "cuda") return torch.CPU;
        if (!torch.cuda_is_available())
            throw new InputException("--device: cuda is not available; build with -p:TorchBackend=libtorch-cuda-12.8-linux-x64 on a machine with an NVIDIA driver, or use --device cpu.");
        return torch.CUDA;
    }

    private static Option<string> Create()
    {
        Option<string> option = CommonOptions.Choice("--device", "Where to compute.", "cpu", "cpu", "cuda");
        option.Recursive = true;
        return option;
    }
}

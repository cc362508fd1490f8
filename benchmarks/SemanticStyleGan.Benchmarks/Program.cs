using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SemanticStyleGan.Benchmarks;

if (args is ["all-reduce"])
{
    AllReduceBenchmark.Run();
    return;
}

if (args is ["onnx", ..])
{
    OnnxBenchmark.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.ProcessorCount);
    return;
}

// In process: libtorch is 500 MB, and ours and the reference are to be compared in the same one.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
    .Run(args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));

using System.Diagnostics;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>
/// Time and peak memory of loading 512² files with fresh weights, for docs/formats.md. Writes 2 GB and wants the process for itself:
/// run it with <c>--explicit only --filter-class "*LoadingTests"</c>.
/// </summary>
public sealed class LoadingTests
{
    [Fact(Explicit = true)]
    public void Files_of_512_pixels_load_in_little_more_than_their_size()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc.");
        using TemporaryFolder folder = new();
        (string model, string run, string official) = (folder.File("model.safetensors"), folder.File("run.safetensors"), folder.File("000000.pt"));
        using (TrainingState state = new(TrainingConfig.CelebAMask512, SemanticLayout.Faces, CPU))
        {
            using Tensor mean = SemanticModel.ComputeMeanLatent(state.Average);
            new SemanticModel(state.Average, SemanticLayout.Faces, mean.alias()).Save(model);
            state.Save(run);
            OfficialCheckpoint.Save(state, official);
        }
        Measure("model, native", model, 1.5, () => SemanticModel.Load(model, CPU));
        Measure("training state, native", run, 1.5, () => TrainingState.Open(run, CPU));
        Measure("model of a full .pt", official, 1.5, () => OfficialModel.Load(official, CPU));
        Measure("training state of a full .pt", official, 1.5, () => OfficialCheckpoint.Load(official, null, null, CPU));
    }

    private static void Measure(string name, string path, double most, Func<IDisposable> load)
    {
        long size = new FileInfo(path).Length;
        double reading = Seconds(() => ReadThrough(path));
        GC.Collect();
        TorchRuntime.ReleaseCachedMemory();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew at what is resident
        long before = Peak();
        IDisposable? loaded = null;
        double seconds = Seconds(() => loaded = load());
        long taken = Peak() - before;
        loaded!.Dispose();
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {size / 1e6:0} MB, reading {reading:0.00} s, loading {seconds:0.00} s, peak {taken / 1e6:0} MB = {(double)taken / size:0.00} of the file");
        Assert.True(taken <= most * size, $"{name}: {taken / 1e6:0} MB for a file of {size / 1e6:0} MB");
    }

    private static void ReadThrough(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] buffer = new byte[1 << 20];
        while (stream.Read(buffer) > 0) { /* only to have it read */ }
    }

    private static double Seconds(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static long Peak() => 1024 * long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}

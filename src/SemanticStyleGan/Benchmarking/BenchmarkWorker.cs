using System.Diagnostics;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>A side in this process.</summary>
public abstract class BenchmarkWorker : IBenchmarkSide
{
    private protected BenchmarkWorker() { }

    /// <summary>A side of a case, with its networks made.</summary>
    /// <param name="work">The case.</param>
    /// <param name="reference">Whether it takes the reference operation sequence.</param>
    public static BenchmarkWorker Create(BenchmarkCase work, bool reference) => Create(work.Kind, work.Config, reference);

    /// <summary>A side with any sizes.</summary>
    internal static BenchmarkWorker Create(BenchmarkKind kind, TrainingConfig config, bool reference) => kind switch
    {
        BenchmarkKind.Synthesis => new SynthesisWorker(config, reference),
        BenchmarkKind.Edit => new SynthesisWorker(config with { BatchSize = 1 }, reference, edits: true),
        BenchmarkKind.FirstPicture => new FirstPictureWorker(reference),
        _ => new TrainingWorker(kind, config, reference),
    };

    /// <inheritdoc/>
    public virtual BenchmarkTime Run()
    {
        using DisposeScope scope = NewDisposeScope();
        return BenchmarkTime.Of(Work);
    }

    /// <inheritdoc/>
    public double PeakMegabytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    /// <inheritdoc/>
    public void SaveOutputs(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Safetensors.Write(file, Outputs(), new Dictionary<string, string>());
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    private protected abstract void Work();

    private protected abstract IEnumerable<KeyValuePair<string, Tensor>> Outputs();
}

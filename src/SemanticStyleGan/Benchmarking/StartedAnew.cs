namespace SemanticStyleGan.Benchmarking;

/// <summary>A side whose work is to start: every repetition is a process of its own.</summary>
public sealed class StartedAnew(Func<ChildSide> start) : IBenchmarkSide
{
    private ChildSide last = start();

    /// <inheritdoc/>
    public BenchmarkTime Run()
    {
        last.Dispose();
        last = start();
        return last.Start;
    }

    /// <inheritdoc/>
    public double PeakMegabytes() => last.PeakMegabytes();

    /// <inheritdoc/>
    public void SaveOutputs(string file) => last.SaveOutputs(file);

    /// <inheritdoc/>
    public void Dispose() => last.Dispose();
}

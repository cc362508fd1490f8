namespace SemanticStyleGan.Benchmarking;

/// <summary>Our networks or the reference's, ready to do a case's work.</summary>
public interface IBenchmarkSide : IDisposable
{
    /// <summary>Does the work once.</summary>
    BenchmarkTime Run();

    /// <summary>The most memory that the side's process had so far, in MB.</summary>
    double PeakMegabytes();

    /// <summary>Writes what the work gave, to be compared with the other side: a safetensors file.</summary>
    void SaveOutputs(string file);
}

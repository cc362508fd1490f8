namespace SemanticStyleGan.Benchmarking;

/// <summary>The process of a side ended before it was measured.</summary>
public sealed class BenchmarkSideException : InputException
{
    /// <summary>An error with its one-line message: the side and why it ended.</summary>
    public BenchmarkSideException(string message) : base(message) { }
}

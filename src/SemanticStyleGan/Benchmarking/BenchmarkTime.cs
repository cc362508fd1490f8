using System.Diagnostics;

namespace SemanticStyleGan.Benchmarking;

/// <summary>How long something took.</summary>
/// <param name="Milliseconds">By the clock.</param>
/// <param name="ProcessorMilliseconds">On all cores together: what a shared machine can be compared by.</param>
public readonly record struct BenchmarkTime(double Milliseconds, double ProcessorMilliseconds)
{
    /// <summary>The sum of two times.</summary>
    public static BenchmarkTime operator +(BenchmarkTime a, BenchmarkTime b) => new(a.Milliseconds + b.Milliseconds, a.ProcessorMilliseconds + b.ProcessorMilliseconds);

    /// <summary>A share of a time.</summary>
    public static BenchmarkTime operator /(BenchmarkTime a, double divisor) => new(a.Milliseconds / divisor, a.ProcessorMilliseconds / divisor);

    /// <summary>Measures work in this process.</summary>
    internal static BenchmarkTime Of(Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Stopwatch clock = Stopwatch.StartNew();
        work();
        return new(clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }
}

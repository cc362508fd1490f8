namespace SemanticStyleGan.Metrics;

/// <summary>Mean and standard deviation (over N) of repeated measurements.</summary>
internal static class Spread
{
    internal static (double Mean, double StandardDeviation) Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}

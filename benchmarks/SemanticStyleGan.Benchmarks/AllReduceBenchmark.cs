using System.Diagnostics;
using System.Globalization;
using SemanticStyleGan.Distributed;
using TorchSharp;

namespace SemanticStyleGan.Benchmarks;

/// <summary>Times of sums over the ranks of an MPI job, by size: <c>mpirun -n 2 SemanticStyleGan.Benchmarks all-reduce</c>.</summary>
internal static class AllReduceBenchmark
{
    private const int Repetitions = 30;

    internal static void Run()
    {
        MpiLaunch launch = MpiLaunch.Detect(Environment.GetEnvironmentVariable);
        using ProcessGroup group = launch.Implementation is { } implementation ? new MpiGroup(implementation, launch.Ranks, TimeSpan.FromMinutes(1)) : ProcessGroup.Alone;
        if (group.IsFirst) Console.WriteLine($"{group.Size} ranks, median of {Repetitions}\n| floats | ms | GB/s a rank |\n|---|---|---|");
        foreach (int count in (int[])[1, 1_000, 10_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000])
        {
            using torch.Tensor values = torch.ones(count);
            double[] times = new double[Repetitions];
            for (int i = 0; i < Repetitions; i++)
            {
                TimeSpan before = group.Transferred;
                group.Sum(values);
                times[i] = (group.Transferred - before).TotalMilliseconds;
                values.fill_(1);
            }
            Array.Sort(times);
            double median = times[Repetitions / 2];
            if (group.IsFirst) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count:N0} | {median:0.000} | {count * 4 / median / 1e6:0.00} |"));
        }
    }
}

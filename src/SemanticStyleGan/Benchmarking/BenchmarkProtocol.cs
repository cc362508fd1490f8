using System.Globalization;

namespace SemanticStyleGan.Benchmarking;

/// <summary>How a side in a process of its own is told what to do: a line each way, over its standard input and output.</summary>
public static class BenchmarkProtocol
{
    private const string OutOfMemoryScore = "/proc/self/oom_score_adj";
    internal const string Saved = "saved", Run = "run", Peak = "peak", Save = "save ";

    /// <summary>Does the work of a side until the input ends. Work is done once before the side is ready, which it says with the processor time that its process took so far.</summary>
    public static void Serve(Func<IBenchmarkSide> create, TextReader input, TextWriter output)
    {
        EndFirst();
        using IBenchmarkSide side = create();
        side.Run();
        Answer(Number(Environment.CpuUsage.TotalTime.TotalMilliseconds));
        while (input.ReadLine() is { } line)
        {
            if (line == Run)
            {
                BenchmarkTime time = side.Run();
                Answer($"{Number(time.Milliseconds)} {Number(time.ProcessorMilliseconds)}");
            }
            else if (line == Peak) Answer(Number(side.PeakMegabytes()));
            else if (line.StartsWith(Save, StringComparison.Ordinal))
            {
                side.SaveOutputs(line[Save.Length..]);
                Answer(Saved);
            }
        }

        void Answer(string text)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    // Where memory runs out, it is the measured process that ends, not someone else's.
    private static void EndFirst()
    {
        if (OperatingSystem.IsLinux() && File.Exists(OutOfMemoryScore)) File.WriteAllText(OutOfMemoryScore, "1000");
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

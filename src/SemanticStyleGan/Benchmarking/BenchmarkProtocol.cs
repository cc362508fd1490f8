using System.Globalization;

namespace SemanticStyleGan.Benchmarking;

/// <summary>How a side in a process of its own is told what to do: a line each way, over its standard input and output.</summary>
public static class BenchmarkProtocol
{
    internal const string Ready = "ready", Run = "run", Peak = "peak", Save = "save ";

    /// <summary>Does the work of a side until the input ends. Work is done once before the side is ready.</summary>
    public static void Serve(Func<IBenchmarkSide> create, TextReader input, TextWriter output)
    {
        using IBenchmarkSide side = create();
        side.Run();
        Answer(Ready);
        while (input.ReadLine() is { } line)
        {
            if (line == Run) Answer(Number(side.Run()));
            else if (line == Peak) Answer(Number(side.PeakMegabytes()));
            else if (line.StartsWith(Save, StringComparison.Ordinal))
            {
                side.SaveOutputs(line[Save.Length..]);
                Answer(Ready);
            }
        }

        void Answer(string text)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

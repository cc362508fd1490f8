using System.Diagnostics;
using System.Globalization;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Benchmarking;

/// <summary>A side in a process of its own: its peak memory is its own, and libtorch is set up as the side wants it.</summary>
public sealed class ChildSide : IBenchmarkSide
{
    private readonly Process process;
    private readonly string name;
    private readonly Task<string> errors;

    /// <summary>Starts a side and waits until it has done its work once.</summary>
    /// <param name="program">The program and arguments that serve the side, see <see cref="BenchmarkProtocol"/>.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="allocator">The process's allocator.</param>
    /// <exception cref="BenchmarkSideException">It ended before it was ready.</exception>
    public ChildSide(ProcessStartInfo program, string name, TensorAllocator allocator)
    {
        this.name = name;
        program.RedirectStandardInput = program.RedirectStandardOutput = program.RedirectStandardError = true;
        program.Environment[TorchRuntime.AllocatorVariable] = allocator.ToString();
        Stopwatch clock = Stopwatch.StartNew();
        process = Process.Start(program) ?? throw new BenchmarkSideException($"{name}: {program.FileName} did not start.");
        errors = process.StandardError.ReadToEndAsync();
        double processor = Number(Read());
        Start = new BenchmarkTime(clock.Elapsed.TotalMilliseconds, processor);
    }

    /// <summary>From the start of the process to the end of its first work.</summary>
    public BenchmarkTime Start { get; }

    /// <inheritdoc/>
    public BenchmarkTime Run() => Ask(BenchmarkProtocol.Run).Split(' ') is [var clock, var processor] ? new(Number(clock), Number(processor)) : default;

    /// <inheritdoc/>
    public double PeakMegabytes() => Number(Ask(BenchmarkProtocol.Peak));

    /// <inheritdoc/>
    public void SaveOutputs(string file)
    {
        process.StandardInput.WriteLine(BenchmarkProtocol.Save + file);
        Read();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30))) process.Kill();
        process.Dispose();
    }

    private string Ask(string what)
    {
        process.StandardInput.WriteLine(what);
        return Read();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private string Read() => process.StandardOutput.ReadLine() ?? throw new BenchmarkSideException($"{name}: {EndedBy()}");

    // The system ends the process that it takes the memory from (signal 9), or libtorch gets none.
    private string EndedBy()
    {
        string last = errors.Result.Trim().Split('\n')[^1];
        process.WaitForExit();
        bool outOfMemory = process.ExitCode == 128 + 9 || last.Contains("memory", StringComparison.OrdinalIgnoreCase);
        return outOfMemory ? "out of memory" : $"the process that was measured ended with {process.ExitCode}: {last}";
    }
}

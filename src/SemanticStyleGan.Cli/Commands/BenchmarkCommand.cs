using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Runtime;
using Spectre.Console;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>benchmark</c>: our networks against the reference operation sequence.</summary>
internal static class BenchmarkCommand
{
    private const string SideName = "benchmark-side";
    private static readonly Option<string[]> Cases = new("--cases") { Description = $"Cases KIND-PRESET-BATCH, separated by commas (default: {string.Join(", ", BenchmarkCase.Standard.Select(c => c.Name))}).", HelpName = "CASES", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Repeats = CommonOptions.Integer("--repeats", "How often each side of a case is measured; medians are shown.", 7, 1, 1000);
    private static readonly Option<string?> Json = new("--json") { Description = "Also write the results here.", HelpName = "FILE" };

    private static readonly Argument<string> SideCase = new("case"), SideKind = new("side");

    public static Command Create() => new Command("benchmark", "Measure our networks against the reference operation sequence, each side in a process of its own.")
    {
        Cases, Repeats, Json,
    }.Runs(Run).WithExamples(
        "semantic-stylegan benchmark --cases synthesis-tiny64-8,training-tiny64-8",
        "semantic-stylegan benchmark --repeats 9 --json benchmark.json");

    /// <summary>The command that a benchmark starts for each of its sides.</summary>
    public static Command CreateSide() => new Command(SideName, "One side of a benchmark.") { Hidden = true, Arguments = { SideCase, SideKind } }.Runs((parsed, _) =>
    {
        BenchmarkCase work = BenchmarkCase.Parse(parsed.GetValue(SideCase)!);
        Devices.Chosen(parsed);
        BenchmarkProtocol.Serve(() => BenchmarkWorker.Create(work, parsed.GetValue(SideKind) == "reference"), Console.In, Console.Out);
    });

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        string[] names = [.. (parsed.GetValue(Cases) ?? []).SelectMany(c => c.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        BenchmarkCase[] cases = names.Length == 0 ? [.. BenchmarkCase.Standard] : [.. names.Select(BenchmarkCase.Parse)];
        if (names.Length == 0 && parsed.GetResult(Cases) is { Implicit: false }) throw new InputException("--cases: no case is named, expected for example synthesis-tiny64-8.");
        if (parsed.GetValue(Json) is { } target)
        {
            if (Directory.Exists(target)) throw new InputException($"--json: {target} is a folder, expected the name of a file.");
            AtomicFile.RequireWritable(target);
        }
        Devices.Chosen(parsed);
        double rate = MatrixRate.Measure();
        Benchmark benchmark = new((work, reference, allocator) => Start(work, reference, allocator, parsed.GetValue(Devices.Threads)), rate);
        List<BenchmarkResult> results = [];
        ProgressDisplay.Run("measuring", progress =>
        {
            foreach (BenchmarkCase work in cases)
            {
                results.AddRange(benchmark.Run(work, parsed.GetValue(Repeats), stop));
                // After every case: what is measured stays, whatever becomes of the next.
                if (parsed.GetValue(Json) is { } file) AtomicFile.WriteText(file, JsonSerializer.Serialize(results, StrictJson.Options) + "\n");
                progress.Report(new WorkProgress("measuring", Array.IndexOf(cases, work) + 1, cases.Length, "cases", work.Name));
            }
        });
        Print(results);
        Console.WriteLine($"matrix products here: {rate / 1e9:0} GFLOP/s on {TorchSharp.torch.get_num_threads()} threads");
        foreach (string failure in results.Select(r => r.Failure).OfType<string>().Distinct()) Console.WriteLine(failure);
    }

    private static IBenchmarkSide Start(BenchmarkCase work, bool reference, TensorAllocator allocator, int threads)
    {
        string side = reference ? "reference" : "ours";
        ChildSide Child()
        {
            string program = Environment.ProcessPath!;
            // Run as 'dotnet semantic-stylegan.dll' the process is dotnet's.
            string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
            return new ChildSide(new ProcessStartInfo(program, [.. own, SideName, work.Name, side, "--threads", $"{threads}"]), side, allocator);
        }

        return work.Kind == BenchmarkKind.FirstPicture ? new StartedAnew(Child) : Child();
    }

    private static void Print(IEnumerable<BenchmarkResult> results)
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("case", "ours", "reference", "ratio", "processor time", "reference's", "ratio ", "ours, peak", "reference, peak", "reference's allocator", "images/s", "of matrix rate");
        foreach (TableColumn column in table.Columns.Skip(1)) column.RightAligned().NoWrap();
        foreach (BenchmarkResult r in results)
            table.AddRow(r.Case, Time(r.OursMilliseconds), r.Failure is null ? Time(r.ReferenceMilliseconds) : r.Failure.Split(": ")[^1], $"{r.Ratio:0.0}", Time(r.OursProcessorMilliseconds), Time(r.ReferenceProcessorMilliseconds), $"{r.ProcessorRatio:0.0}", $"{r.OursPeakMegabytes:0} MB", r.Failure is null ? $"{r.ReferencePeakMegabytes:0} MB" : "",
                r.Allocator == TensorAllocator.Libtorch ? "as it starts up" : "as ours", $"{r.OursImagesPerSecond:0.0}", r.OursMatrixShare is { } share ? $"{share:P0}" : "");
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 240);
        AnsiConsole.Write(table);
    }

    private static string Time(double? milliseconds) => milliseconds is { } ms ? $"{ms:0.0} ms" : "";
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.EndToEnd.Tests;

/// <summary>Training under mpirun, with Open MPI and with MPICH; skipped where a launcher is not installed.</summary>
public sealed partial class DistributedTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssg-mpi").FullName;

    public DistributedTests() => File.WriteAllText(In("small.json"), JsonSerializer.Serialize(TrainAndGenerateTests.Small with { BatchSize = 8 }, StrictJson.Options));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Launchers => ["mpirun.openmpi", "mpiexec.hydra"];

    [Theory, MemberData(nameof(Launchers))]
    public void Two_ranks_train_as_one_to_the_bit_and_what_they_leave_continues_on_one(string launcher)
    {
        Train(launcher, "ranks", 16).AssertDone();
        CommandLineProgram.Run(Arguments("ranks", 24)).AssertDone();
        CommandLineProgram.Run(Arguments("alone", 24)).AssertDone();
        const string last = "images-0000000024.safetensors";
        Assert.Equal(File.ReadAllBytes(Path.Combine(In("alone"), "checkpoints", last)), File.ReadAllBytes(Path.Combine(In("ranks"), "checkpoints", last)));
    }

    [Theory, MemberData(nameof(Launchers))]
    public void Two_ranks_measure_what_one_does(string launcher)
    {
        CommandLineProgram.Run(Arguments("model", 8)).AssertDone();
        string[] evaluate = ["evaluate", "--model", In("model"), "--data", "synthetic:80", "--metrics", "swd,rates,locality", "--count", "40", "--edits", "20", "--no-cache", "--threads", "1", "--out"];
        CommandLineProgram.Run([.. evaluate, In("one")]).AssertDone();
        using Process job = Start(launcher, [.. evaluate, In("two")]);
        CommandLineProgram.Finish(job, evaluate).AssertDone();
        EvaluationReport one = EvaluationReport.Read(In("one")), two = EvaluationReport.Read(In("two"));
        Assert.Equal(one.Rows.Select(r => (r.Measure, r.Part)), two.Rows.Select(r => (r.Measure, r.Part)));
        foreach ((EvaluationRow a, EvaluationRow b) in one.Rows.Zip(two.Rows)) Assert.True(a.Value == b.Value || Math.Abs(a.Value!.Value - b.Value!.Value) < 1e-6, $"{a}, {b}");
    }

    [Theory, MemberData(nameof(Launchers))]
    public void What_all_ranks_refuse_ends_the_job_with_code_2(string launcher)
    {
        CommandLineProgram.Result refused = Train(launcher, "x", 16, "--batch", "3");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("a batch of 3 on 2 ranks", refused.Error, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Launchers))]
    public void A_rank_that_hangs_is_named_and_the_job_ends_with_its_checkpoint(string launcher)
    {
        using Process job = Start(launcher, [.. Arguments("hanging", 1_000_000), "--rank-timeout", "5"]);
        string first = job.StandardError.ReadLine() ?? "";
        while (first.Length > 0 && !Victim().IsMatch(first)) first = job.StandardError.ReadLine() ?? "";
        int victim = int.Parse(Victim().Match(first).Groups[1].Value, null);
        string checkpoints = Path.Combine(In("hanging"), "checkpoints");
        for (int i = 0; i < 1200 && !(Directory.Exists(checkpoints) && Directory.EnumerateFiles(checkpoints, "*.safetensors").Any()); i++) Thread.Sleep(50);
        using (Process stop = Process.Start("kill", ["-STOP", $"{victim}"])) stop.WaitForExit();
        CommandLineProgram.Result result = CommandLineProgram.Finish(job, ["train"]);
        using (Process kill = Process.Start("kill", ["-KILL", $"{victim}"])) kill.WaitForExit();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches($@"no sign of rank 1 \(.*process {victim}\) for \d+ s", result.Error);
        CommandLineProgram.Run("info", "--model", In("hanging")).AssertDone();
    }

    [Fact]
    public void Ranks_of_a_launcher_whose_library_is_not_this_one_are_refused()
    {
        CommandLineProgram.Result refused = Train(Launchers.First(), "x", 16, "--mpi", "mpich");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("the launcher started 2 ranks, but MPICH sees this one alone", refused.Error, StringComparison.Ordinal);
    }

    // The micro-batch is what a rank of two has, so that one rank adds the same numbers.
    private string[] Arguments(string run, int images) =>
        ["train", "--data", "synthetic:24", "--config", In("small.json"), "--images", $"{images}", "--micro-batch", "4", "--threads", "1", "--checkpoint-every", "8", "--out", In(run)];

    private CommandLineProgram.Result Train(string launcher, string run, int images, params string[] more)
    {
        string[] arguments = [.. Arguments(run, images), .. more];
        using Process process = Start(launcher, arguments);
        return CommandLineProgram.Finish(process, arguments);
    }

    private static Process Start(string launcher, string[] arguments)
    {
        bool openMpi = launcher.Contains("openmpi", StringComparison.Ordinal);
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, launcher))), $"{launcher} is not installed (Debian: {(openMpi ? "openmpi-bin" : "mpich")}).");
        ProcessStartInfo start = new(launcher, ["-n", "2", .. openMpi ? (string[])["--oversubscribe", "--bind-to", "none"] : [], CommandLineProgram.Executable, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        return Process.Start(start)!;
    }

    private string In(string name) => Path.Combine(folder, name);

    [GeneratedRegex(@"1 on .*, process (\d+)")]
    private static partial Regex Victim();
}

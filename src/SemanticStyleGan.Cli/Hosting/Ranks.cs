using System.CommandLine;
using System.CommandLine.Parsing;
using SemanticStyleGan.Distributed;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>The processes that a launcher such as mpirun started to do one job; one process alone without.</summary>
internal static class Ranks
{
    /// <summary><c>--mpi</c>: whose MPI.</summary>
    internal static Option<string> Mpi { get; } = CommonOptions.Choice("--mpi", "MPI for work on several processes (auto: as the launcher says; none: this process alone).", "auto", "auto", "none", "openmpi", "mpich");

    /// <summary><c>--rank-timeout</c>: how long a rank is waited for.</summary>
    internal static Option<double> PatienceSeconds { get; } = CommonOptions.Number("--rank-timeout", "Seconds that a rank may be waited for before the job ends.", 300, 1, 1e6);

    private static MpiGroup? joined;

    /// <summary>The group that this process belongs to. Leaves libtorch this rank's share of the host's cores, unless the user says how many.</summary>
    /// <exception cref="InputException">MPI is needed and can't be used.</exception>
    internal static ProcessGroup Join(ParseResult parsed)
    {
        string choice = parsed.GetValue(Mpi)!;
        if (choice == "none") return ProcessGroup.Alone;
        MpiLaunch launch = MpiLaunch.Detect(Environment.GetEnvironmentVariable);
        MpiImplementation? implementation = choice switch { "openmpi" => MpiImplementation.OpenMpi, "mpich" => MpiImplementation.Mpich, _ => launch.Implementation };
        if (implementation is null || (choice == "auto" && launch.Ranks == 1)) return ProcessGroup.Alone;
        joined = new MpiGroup(implementation.Value, launch.Ranks, TimeSpan.FromSeconds(parsed.GetValue(PatienceSeconds)));
        if (parsed.GetValue(Devices.Threads) == 0) torch.set_num_threads(Math.Max(1, Math.Min(Environment.ProcessorCount, CoresOfHost() / joined.RanksOnHost)));
        if (joined.IsFirst) Console.Error.WriteLine($"{joined.Size} ranks ({joined.Implementation}): {string.Join("; ", joined.Names.Take(16).Select((name, rank) => $"{rank} on {name}"))}{(joined.Size > 16 ? "; …" : "")}");
        return joined;
    }

    /// <summary>Says nothing on ranks other than the first until the first had time to: what all of them meet is said once.</summary>
    internal static void LetFirstSpeak()
    {
        if (joined is { IsFirst: false }) Thread.Sleep(TimeSpan.FromSeconds(2));
    }

    /// <summary>Which rank speaks, for messages; nothing for a process alone.</summary>
    internal static string Prefix => joined is null ? "" : $"rank {joined.Rank}: ";

    /// <summary>Leaves the group, if this process is still in it; where this rank is not done the others end too.</summary>
    internal static void Leave(int exitCode)
    {
        if (joined is null) return;
        if (exitCode is CommandRunner.Done) joined.Dispose();
        else joined.Abort(exitCode);
        joined = null;
    }

    // A rank that is bound to some cores sees only those.
    private static int CoresOfHost()
    {
        const string online = "/sys/devices/system/cpu/online";
        if (!File.Exists(online)) return Environment.ProcessorCount;
        return File.ReadAllText(online).Trim().Split(',').Select(range => range.Split('-')).Sum(r => int.Parse(r[^1], null) - int.Parse(r[0], null) + 1);
    }
}

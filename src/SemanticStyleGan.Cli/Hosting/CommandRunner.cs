using System.CommandLine;
using SemanticStyleGan.Data.Import;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>
/// Parses and runs a command line; the one place where errors become a line on the error stream and an exit code:
/// 0 done, 1 unexpected failure, 2 bad input or usage, 130 stopped by the user.
/// </summary>
internal static class CommandRunner
{
    internal const int Done = 0, Failed = 1, BadInput = 2, Stopped = 130;
    private const int MostProblems = 20;

    internal static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        root.ShowExamplesInHelp();
        // Without a command there is nothing to complain about: show what there is.
        ParseResult parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (UsageError.Describe(parsed) is { } usageError) return Fail(BadInput, usageError);

        using StopSignals signals = new();
        int code = await RunAsync(parsed, signals);
        Ranks.Leave(code);
        return code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, StopSignals signals)
    {
        try
        {
            InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, signals.Token);
        }
        catch (Exception e)
        {
            return Report(e, signals, parsed.GetValue(CommonOptions.Verbose));
        }
    }

    /// <summary>Lets a command do <paramref name="work"/> on the calling thread; it should look at the token now and then.</summary>
    internal static TCommand Runs<TCommand>(this TCommand command, Action<ParseResult, CancellationToken> work) where TCommand : Command
    {
        command.SetAction((parsed, stop) =>
        {
            work(parsed, stop);
            return Task.FromResult(Done);
        });
        return command;
    }

    /// <summary>Lets a command do <paramref name="work"/>, which ends when it is done or the token is cancelled.</summary>
    internal static TCommand RunsAsync<TCommand>(this TCommand command, Func<ParseResult, CancellationToken, Task> work) where TCommand : Command
    {
        command.SetAction(async (parsed, stop) =>
        {
            await work(parsed, stop);
            return Done;
        });
        return command;
    }

    private static int Report(Exception error, StopSignals signals, bool verbose)
    {
        Ranks.LetFirstSpeak();
        while (error is AggregateException or System.Reflection.TargetInvocationException && error.InnerException is { } inner) error = inner;
        if (error is OperationCanceledException && signals.Token.IsCancellationRequested) return Fail(Stopped, "stopped.", prefix: "");
        if (error is DatasetProblemsException { Problems: var problems }) ListProblems(problems);
        if (verbose) Console.Error.WriteLine(error);
        return error is InputException
            ? Fail(BadInput, error.Message)
            : Fail(Failed, $"{error.Message.TrimEnd()} ({error.GetType().Name}{(verbose ? "" : "; use --verbose for details")})");
    }

    /// <summary>Names what is wrong one by one, as far as a person reads.</summary>
    internal static void ListProblems(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems.Take(MostProblems)) Console.Error.WriteLine($"  {OneLine(problem)}");
        if (problems.Count > MostProblems) Console.Error.WriteLine($"  … and {problems.Count - MostProblems:N0} more.");
    }

    private static int Fail(int code, string message, string prefix = "error: ")
    {
        Console.Error.WriteLine(prefix + Ranks.Prefix + OneLine(message));
        return code;
    }

    // Whatever a file holds, a terminal is not to obey it.
    private static string OneLine(string message) => string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '\uFFFD' : c));
}

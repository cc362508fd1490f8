using System.Diagnostics;

namespace SemanticStyleGan.EndToEnd.Tests;

/// <summary>Runs the built program as a user would and catches what it says.</summary>
internal static class CommandLineProgram
{
    internal static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "semantic-stylegan.exe" : "semantic-stylegan");

    internal static Result Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        return Finish(process, arguments);
    }

    internal static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Executable, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    internal static Result Finish(Process process, string[] arguments)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill();
            Assert.Fail($"no end within 3 minutes: {string.Join(' ', arguments)}");
        }
        return new Result(process.ExitCode, output.Result, error.Result);
    }

    internal sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>Bad input ends with exit code 2 and says why in one line, without a stack trace.</summary>
        internal void AssertRefused(params string[] words)
        {
            Assert.True(ExitCode == 2, $"exit code {ExitCode}, expected 2: {Error}");
            string last = Error.TrimEnd().Split('\n')[^1];
            Assert.StartsWith("error: ", last, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
            foreach (string word in words) Assert.Contains(word, last, StringComparison.Ordinal);
        }

        /// <summary>The command did its work.</summary>
        internal void AssertDone() => Assert.True(ExitCode == 0, $"exit code {ExitCode}, expected 0: {Error}");
    }
}

using System.Diagnostics;

namespace SemanticStyleGan.Tests.Formats;

/// <summary>The Python interpreter that has PyTorch, where one is installed (on Debian: apt-get install python3-torch).</summary>
internal static class PythonTorch
{
    private static readonly Lazy<string?> Interpreter = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Start(python, "import torch") is { ExitCode: 0 }));

    /// <summary>Runs a script and returns what it prints; skips the test where there is no PyTorch.</summary>
    public static string Run(string script)
    {
        Assert.SkipWhen(Interpreter.Value is null, "No python3 with PyTorch is installed (apt-get install python3-torch); the files were not read back with it.");
        (int exitCode, string output, string errors) = Start(Interpreter.Value!, script)!.Value;
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static (int ExitCode, string Output, string Errors)? Start(string python, string script)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

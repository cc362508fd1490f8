using Microsoft.Extensions.Logging;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Writes the library's notes to the error stream, a line each.</summary>
internal sealed class ErrorStreamLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Console.Error.WriteLine($"{(logLevel >= LogLevel.Warning ? "warning: " : "")}{formatter(state, exception)}");
    }
}

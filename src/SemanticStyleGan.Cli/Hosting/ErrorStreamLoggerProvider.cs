using Microsoft.Extensions.Logging;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Gives hosts that make their own loggers the <see cref="ErrorStreamLogger"/>.</summary>
internal sealed class ErrorStreamLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ErrorStreamLogger();

    public void Dispose() { }
}

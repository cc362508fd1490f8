using System.Runtime.InteropServices;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Turns the first Ctrl-C or termination request into a cancelled token; a second one ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    // What mpirun forwards to its ranks and Slurm sends on request before it ends a job.
    private const PosixSignal Usr1 = (PosixSignal)10;
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    internal StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        .. OperatingSystem.IsLinux() ? (PosixSignalRegistration[])[PosixSignalRegistration.Create(Usr1, OnSignal)] : [],
    ];

    /// <summary>Cancelled when the process is asked to stop.</summary>
    internal CancellationToken Token => _stop.Token;

    /// <summary>Whether the machine (SIGTERM, SIGUSR1), not the user at the keyboard, asked the process to stop.</summary>
    internal static bool TerminationRequested { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested) return;
        context.Cancel = true;
        TerminationRequested |= context.Signal is PosixSignal.SIGTERM or Usr1;
        _stop.Cancel();
    }
}

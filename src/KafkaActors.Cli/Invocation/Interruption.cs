using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// The one owner of SIGINT (Ctrl+C) and SIGTERM. The first signal asks the running command to stop and lets it finish
/// in its own time; the second ends the process on the spot, which the log survives as it survives any kill.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }

        _ = _stop.CancelAsync();
    }
}

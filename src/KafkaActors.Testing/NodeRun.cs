using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client.Administration;
using KafkaActors.Testing.Disks;

namespace KafkaActors.Testing;

/// <summary>
/// One start of one node of a cluster, up to its end. Owned by its <see cref="KafkaActorsClusterNode"/>.
/// </summary>
internal sealed class NodeRun(int node, string systemName, TextWriter? log) : IDisposable
{
    private readonly SeverableFileSystem _files = new();
    private readonly NodeLogWriter? _log = log is null ? null : new NodeLogWriter(node, log);
    private readonly CancellationTokenSource _killed = new();
    private RunningBroker? _broker;
    private Task _ended = Task.CompletedTask;

    /// <summary>Whether it serves, as far as its start is concerned.</summary>
    public bool IsStarted =>
        _broker is not null && !_killed.IsCancellationRequested && !_broker.Node.Stopped.IsCompleted;

    public KafkaActorsNode Node => Started.Node;

    public AdminClient Admin => Started.Admin;

    private RunningBroker Started => _broker ?? throw new InvalidOperationException("The node did not start.");

    /// <exception cref="NodeStartException">It cannot start.</exception>
    public Task StartAsync(Config config, CancellationToken cancellation)
    {
        Task starting = RunAsync(config, cancellation);
        _ended = starting;
        return starting;
    }

    /// <summary>From now on it changes nothing on its disk, says nothing, and ends.</summary>
    public void Kill()
    {
        _log?.Silence();
        _files.Sever();
        _killed.Cancel();
        _ = _broker?.Node.System.Terminate();
    }

    /// <summary>All of its actors stand still. What they are sent waits, and so does what their timers send.</summary>
    public void Pause()
    {
        var system = (ExtendedActorSystem)Node.System;
        system.Guardian.Suspend();
        system.SystemGuardian.Suspend();
    }

    public void Resume()
    {
        var system = (ExtendedActorSystem)Node.System;
        system.SystemGuardian.Resume(null);
        system.Guardian.Resume(null);
    }

    /// <summary>Stops in order and in bounded time.</summary>
    public ValueTask StopAsync() => _broker?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Returns once nothing of it runs any more, after it was killed or stopped.</summary>
    public async Task WhenEndedAsync()
    {
        await _ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_broker is not null) await _broker.Node.Stopped.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _killed.Dispose();
        _log?.Dispose();
    }

    private async Task RunAsync(Config config, CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _killed.Token);
        var options = new NodeOptions { SystemName = systemName, Log = _log, Files = _files };
        _broker = await RunningBroker.StartAsync(config, options, giveUp.Token).ConfigureAwait(false);
        if (_killed.IsCancellationRequested) _ = _broker.Node.System.Terminate();
    }
}

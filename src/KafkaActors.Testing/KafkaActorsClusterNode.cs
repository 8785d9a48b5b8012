using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client.Administration;

namespace KafkaActors.Testing;

/// <summary>
/// One node of a <see cref="KafkaActorsCluster"/>: the broker that the <c>node</c> command runs, with an ActorSystem, a
/// data directory and ports of its own, and what may happen to it. Its addresses stay the same for the cluster's life.
/// Any thread may use it; starts and stops of one node wait for each other. Not disposable: the cluster that owns it
/// removes it.
/// </summary>
#pragma warning disable CA1001 // see above
public sealed class KafkaActorsClusterNode
#pragma warning restore CA1001
{
    private readonly ClusterPlan _plan;
    private readonly BrokerDirectory _directory = BrokerDirectory.Temporary();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile NodeRun? _run;
    private volatile bool _isPaused;

    internal KafkaActorsClusterNode(int id, ClusterPlan plan)
    {
        Id = id;
        _plan = plan;
    }

    /// <summary>Its <c>node.id</c>: 1 for the first.</summary>
    public int Id { get; }

    /// <summary>For <c>bootstrap.servers</c> of a Kafka client that shall know this node alone.</summary>
    public string BootstrapServers => Doors.Host.At(Doors.Clients.Port);

    /// <summary>For <c>KafkaActors.Client</c>: <c>akka.tcp://NAME@HOST:PORT</c>.</summary>
    public string AkkaAddress => $"akka.tcp://{_plan.SystemName}@{Doors.Host.At(Doors.Akka.Port)}";

    /// <summary>Where its data is, in Kafka's layout.</summary>
    public string DataDirectory => _directory.DataPath;

    /// <summary>Whether it has started and has not ended since, by whatever cause.</summary>
    public bool IsRunning => _run is { IsStarted: true };

    /// <summary>Whether it was paused and has not been resumed.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>The node itself, for tests of its inside.</summary>
    internal KafkaActorsNode Node => Run.Node;

    internal AdminClient Admin => Run.Admin;

    internal NodeDoors Doors => _plan.Doors[Id];

    private NodeRun Run => _run ?? throw new InvalidOperationException($"Node {Id} is not running.");

    /// <summary>
    /// Ends the node as <c>kill -9</c> ends a process, as far as one process can do that to a part of itself. It
    /// returns at once, and from then on nothing of the node is to be noticed: its connections are reset and further
    /// ones refused, the connections that it has opened are reset too, its files take no more writes, flushes,
    /// renames or deletions (what was written is there, as in the page cache after a process was killed), its locks
    /// are free, its log is silent. It leaves no cluster, hands nothing over and closes nothing in order. Only memory
    /// and threads are given back later. Does nothing when it is not running.
    /// </summary>
    public void Kill()
    {
        if (_run is not { } run) return;
        _plan.Links.Bury(Id);
        Doors.Close();
        foreach (NodeDoors other in _plan.Doors.Values) other.ResetOf(Id);
        run.Kill();
        _isPaused = false;
    }

    /// <summary>
    /// Makes the node stand still, as SIGSTOP or a long garbage collection does, until <see cref="Resume"/>: none of
    /// its actors handles a message and no byte comes from it or gets to it, while connections stay open and time goes
    /// on. Its timers run on, and what they send waits as everything else does.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public void Pause()
    {
        _plan.Links.Pause(Id);
        if (!_isPaused) Run.Pause();
        _isPaused = true;
    }

    /// <summary>Goes on after <see cref="Pause"/>; does nothing when it is not paused.</summary>
    public void Resume()
    {
        if (!_isPaused) return;
        _isPaused = false;
        Run.Resume();
        _plan.Links.Resume(Id);
    }

    /// <summary>
    /// Stops the node as an orderly shutdown does: it hands over what it can and leaves the cluster. Does nothing when
    /// it is not running.
    /// </summary>
    public async Task StopAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Starts the node again at its addresses and over its data, after it was stopped, was killed or has ended by
    /// itself; one that runs is stopped first. Returns once it serves.
    /// </summary>
    /// <param name="cancellation">Gives the start up and leaves the node stopped.</param>
    /// <exception cref="NodeStartException">It cannot start; the message says why.</exception>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
            _plan.Links.Revive(Id);
            Doors.Open();
            var run = new NodeRun(Id, _plan.SystemName, _plan.Options.Log);
            _run = run;
            await run.StartAsync(_plan.ConfigOf(Id, DataDirectory), cancellation).ConfigureAwait(false);
        }
        catch
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the node without ceremony, and deletes its data.</summary>
    internal async Task RemoveAsync()
    {
        Kill();
        await StopAsync().ConfigureAwait(false);
        _directory.Dispose();
        _turn.Dispose();
    }

    private async Task EndAsync()
    {
        if (_run is not { } run) return;
        Resume();
        await run.StopAsync().ConfigureAwait(false);
        await run.WhenEndedAsync().ConfigureAwait(false);
        Doors.Close();
        _run = null;
        run.Dispose();
    }
}

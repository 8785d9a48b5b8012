using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Partitions;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>One run of a node's program: voter, broker and, while it believes to be one, controller.</summary>
internal sealed class SimProcess
{
    private readonly SimCluster _cluster;

    public SimProcess(SimCluster cluster, SimNode node)
    {
        _cluster = cluster;
        Node = node;
        Incarnation = cluster.World.NewGuid();
        Voter = new SimVoter(cluster, this);
        Broker = cluster.Shape.HasBrokers ? new SimBroker(cluster, this) : null;
    }

    public SimNode Node { get; }

    public Guid Incarnation { get; }

    public SimVoter Voter { get; }

    public SimBroker? Broker { get; }

    public SimController? Controller { get; private set; }

    public void Start() => Broker?.Start();

    public void BecomeController()
    {
        if (Controller is { IsOver: false }) return;
        Controller = new SimController(_cluster, this);
        Controller.Start();
    }

    /// <summary>The process is gone; nobody waits for what it had under way.</summary>
    public void Stop() => Controller?.Abandon();

    public void After(long milliseconds, Action action) =>
        _cluster.World.After(milliseconds, () => Node.Run(this, action));

    public void Every(long milliseconds, Action action) => After(milliseconds, () =>
    {
        action();
        Every(milliseconds, action);
    });
}

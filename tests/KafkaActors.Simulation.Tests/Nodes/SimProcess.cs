using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Partitions;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>One run of a node's program: voter, broker and, while it believes to be one, controller.</summary>
internal sealed class SimProcess
{
    private readonly SimCluster _cluster;
    private readonly List<SimController> _controllers = [];

    public SimProcess(SimCluster cluster, SimNode node)
    {
        _cluster = cluster;
        Node = node;
        Incarnation = cluster.World.NewGuid();
        Voter = new SimVoter(cluster, this);
        Follower = new SimNodeFollower(cluster, this);
        Broker = cluster.Shape.HasBrokers ? new SimBroker(cluster, this) : null;
    }

    public SimNode Node { get; }

    public Guid Incarnation { get; }

    public SimVoter Voter { get; }

    public SimBroker? Broker { get; }

    /// <summary>Its way to the controller.</summary>
    public SimNodeFollower Follower { get; }

    /// <summary>
    /// Its cores of a controller that are not over: one, or two while a standby and the singleton meet.
    /// </summary>
    public IEnumerable<SimController> Controllers => _controllers.Where(controller => !controller.IsOver);

    public void Start()
    {
        Follower.Start();
        Broker?.Start();
    }

    public void BecomeController()
    {
        if (!Controllers.Any()) AddController();
    }

    /// <summary>A core beside the one that there may be: the standby, or the singleton that comes after it.</summary>
    public void AddController()
    {
        if (Controllers.Count() >= 2) return;
        var controller = new SimController(_cluster, this);
        _controllers.Add(controller);
        controller.Start();
    }

    /// <summary>The process is gone; nobody waits for what it had under way.</summary>
    public void Stop()
    {
        foreach (SimController controller in _controllers) controller.Abandon();
    }

    public void After(long milliseconds, Action action) =>
        _cluster.World.After(milliseconds, () => Node.Run(this, action));

    public void Every(long milliseconds, Action action) => After(milliseconds, () =>
    {
        action();
        Every(milliseconds, action);
    });
}

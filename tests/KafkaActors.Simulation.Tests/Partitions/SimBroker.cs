using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// A process's broker: it registers, follows the image past its registration, says that it is alive, and gives its
/// replica the role the image names. It leads nothing under another process's registration.
/// </summary>
internal sealed class SimBroker(SimCluster cluster, SimProcess process)
{
    private const int HeartbeatMs = 150;

    private MetadataImage _image = MetadataImage.Empty;
    private SimReplica? _replica;

    /// <summary>Of this process; none until its registration is seen in the image.</summary>
    public BrokerEpoch Epoch => _image.Broker(process.Node.Id) is { } broker
        && broker.Incarnation == process.Incarnation ? broker.Epoch : BrokerEpoch.None;

    public SimReplica? Replica => _replica;

    public void Start()
    {
        process.After(cluster.World.Between(0, HeartbeatMs), Beat);
        process.Every(cluster.World.Between(30, 150), () => _replica?.Sync());
        process.Every(50, () => _replica?.Tick());
    }

    public void OnImage(MetadataImage image)
    {
        _image = image;
        if (Epoch is { } epoch && epoch != BrokerEpoch.None) process.Node.Disk.BrokerEpoch = epoch;
        foreach (TopicIdPartition id in image.HostedBy(process.Node.Id))
        {
            _replica ??= new SimReplica(cluster, process, id);
            _replica.OnImage(image, image.Partition(id)!);
        }
    }

    public void Produce(SimProduce request)
    {
        if (_replica?.Leader is { } leader) leader.Produce(request);
        else request.Answer(ErrorCode.NotLeaderOrFollower, -1);
    }

    public SimFetched Fetch(SimFetch request) =>
        _replica?.Leader?.Fetch(request) ?? SimFetched.Refused(ErrorCode.NotLeaderOrFollower);

    /// <summary>To one of those who believe to be the controller, if its node is heard of at all.</summary>
    public void SendToController(Action<ControllerDuties, NodeId> deliver)
    {
        SimController[] controllers = [.. cluster.Controllers];
        if (controllers.Length == 0) return;
        SimNode to = cluster.World.Pick(controllers).Node;
        cluster.Network.Send(process.Node, to, other =>
        {
            if (other.Controller is { IsServing: true } controller) deliver(controller.Duties, to.Id);
        });
    }

    /// <summary>Brings a controller's answer back to this process.</summary>
    public void AnswerFrom(NodeId controller, Action deliver) =>
        cluster.Network.Send(cluster.Node(controller), process.Node, other =>
        {
            if (other == process) deliver();
        });

    private void Beat()
    {
        BrokerEpoch epoch = Epoch;
        if (epoch == BrokerEpoch.None) Register();
        else SendToController((duties, _) => duties.Heartbeat(process.Node.Id, epoch, LogEnds(), _ => { }));
        process.After(HeartbeatMs, Beat);
    }

    /// <summary>How far its log goes, should it be suspect.</summary>
    private IReadOnlyList<ReplicaLogEnd> LogEnds() => _replica is { } replica
        ? [new ReplicaLogEnd(
            replica.Id,
            replica.Log.Records is [.., { } last] ? last.Epoch : LeaderEpoch.None,
            replica.Log.End)]
        : [];

    private void Register()
    {
        var registration = new BrokerRegistration(
            process.Node.Id, process.Node.Disk.ClusterId, process.Incarnation, process.Node.BootId,
            $"akka://{process.Node.Id}", BrokerRoles.Voter | BrokerRoles.Broker, process.Node.Disk.BrokerEpoch,
            [process.Node.Disk.Directory], []);
        SendToController((duties, _) => duties.Register(registration, result =>
            cluster.World.Note($"broker {registration.Node} is told {result.Error} of its registration")));
    }
}

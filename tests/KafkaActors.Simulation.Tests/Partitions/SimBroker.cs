using System.Collections.Immutable;
using KafkaActors.Broker.Hosting;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// A process's broker: the real <see cref="NodeLifecycle"/> registers it and has it unfenced, and its replica is given
/// the role that the image names, from its own registration on.
/// </summary>
internal sealed class SimBroker
{
    private const int RetryMs = 150;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly NodeLifecycle _lifecycle;
    private MetadataImage _image = MetadataImage.Empty;
    private SimReplica? _replica;
    private long _lastId;

    public SimBroker(SimCluster cluster, SimProcess process)
    {
        _cluster = cluster;
        _process = process;
        SimNode node = process.Node;
        _lifecycle = new NodeLifecycle(new BrokerRegistration(
            node.Id, node.Disk.ClusterId, process.Incarnation, node.BootId, $"akka://{node.Id}",
            BrokerRoles.Voter | BrokerRoles.Broker, node.Disk.BrokerEpoch, [node.Disk.Directory], []));
    }

    /// <summary>Of this process; none until its registration is seen in the image.</summary>
    public BrokerEpoch Epoch =>
        _lifecycle.IsRegisteredIn(_image) ? _image.Broker(_process.Node.Id)!.Epoch : BrokerEpoch.None;

    public SimReplica? Replica => _replica;

    public void Start()
    {
        _process.Every(RetryMs, () => Do(_lifecycle.OnRetry()));
        _process.Every(_cluster.World.Between(30, 150), () => _replica?.Sync());
        _process.Every(50, () => _replica?.Tick());
    }

    public void OnImage(MetadataImage image)
    {
        _image = image;
        Do(_lifecycle.OnImage(image));
        if (Epoch == BrokerEpoch.None) return;
        foreach (TopicIdPartition id in image.HostedBy(_process.Node.Id))
        {
            _replica ??= new SimReplica(_cluster, _process, id);
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

    private void Do(IReadOnlyList<NodeEffect> effects)
    {
        foreach (NodeEffect effect in effects) Do(effect);
    }

    private void Do(NodeEffect effect)
    {
        NodeId self = _process.Node.Id;
        switch (effect)
        {
            case NodeEffect.Register register:
                Ask(new ControllerProtocol.RegisterBroker(++_lastId, register.Registration));
                break;
            case NodeEffect.Unfence unfence:
                Ask(new ControllerProtocol.UnfenceBroker(++_lastId, self, unfence.Epoch) { LogEnds = LogEnds() });
                break;
            case NodeEffect.Remember remember: Remember(remember); break;
            case NodeEffect.Recover:
                _process.After(_cluster.World.Between(0, 20), () => Do(_lifecycle.OnRecovered()));
                break;
            case NodeEffect.Fail fail: End(fail.Reason); break;
            default: break;
        }
    }

    /// <summary>How far its log goes, should it be suspect.</summary>
    private ImmutableArray<ReplicaLogEnd> LogEnds()
    {
        if (_replica is not { } replica) return [];
        LeaderEpoch last = replica.Log.Records is [.., { } record] ? record.Epoch : LeaderEpoch.None;
        return [new ReplicaLogEnd(replica.Id, last, replica.Log.End)];
    }

    // Its supervisor starts it again.
    private void End(string reason)
    {
        _cluster.World.Note($"node {_process.Node.Id} ends: {reason}");
        _cluster.KillForAWhile(_process.Node);
    }

    private void Remember(NodeEffect.Remember remember) => _process.After(_cluster.World.Between(0, 20), () =>
    {
        _process.Node.Disk.BrokerEpoch = remember.Epoch;
        Do(_lifecycle.OnRemembered());
    });

    private void Ask(ControllerProtocol.Request request) => _process.Follower.Ask(request, reply =>
    {
        if (reply is ControllerProtocol.BrokerDecided { Error: not ErrorCode.None } refused)
            Do(_lifecycle.OnRefused(refused.Error, refused.Message));
    });
}

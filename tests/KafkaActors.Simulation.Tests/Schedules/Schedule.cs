using KafkaActors.Coordination.Metadata;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;
using KafkaActors.Simulation.Tests.Partitions;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>
/// One life of one cluster: troubled for some seconds, then healed; it must come to rest within <see cref="HealMs"/>
/// with everything answered and everybody agreeing.
/// </summary>
internal sealed class Schedule
{
    public const int HealMs = 20_000;
    private const int MostTroubleMs = 8_000;

    private readonly ScheduleKind _kind;
    private readonly World _world;
    private readonly SimCluster _cluster;
    private readonly List<SimProducer> _producers = [];
    private readonly int _troubleMs;
    private bool _isAtRest;

    public Schedule(ScheduleKind kind, int seed, PlantedBugs bugs, bool isTraced)
    {
        _world = new World(seed, isTraced);
        _kind = kind;
        ClusterShape shape = kind switch
        {
            ScheduleKind.MetadataLog => ClusterShape.OfMetadata(_world),
            ScheduleKind.Partitions => ClusterShape.OfPartitions(_world),
            ScheduleKind.HostLoss => ClusterShape.OfHostLoss(_world),
            ScheduleKind.ReplicaLoss => ClusterShape.OfReplicaLoss(_world),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        _cluster = new SimCluster(_world, shape, bugs) { IsTroubled = true };
        _troubleMs = _world.Between(MostTroubleMs / 2, MostTroubleMs);
        _world.Note($"{shape}");
    }

    public IEnumerable<string> Notes => _world.Notes;

    public int CommittedMetadata => (int)_cluster.Metadata.CommittedOffset.Value + 1;

    /// <summary>Brokers that were taken for dead.</summary>
    public int EndedSessions => _cluster.Sessions.EndedCount;

    public int AcknowledgedRecords => _cluster.Partition.AcknowledgedCount;

    /// <returns>Null when every invariant held.</returns>
    public InvariantViolation? Run()
    {
        try
        {
            Live();
            return null;
        }
        catch (InvariantViolation violation)
        {
            return violation;
        }
        catch (Exception thrown) when (thrown is InvalidOperationException or ArgumentException
            or NullReferenceException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return new InvariantViolation(Invariant.CoreAssertion, thrown.Message, thrown);
        }
    }

    private void Live()
    {
        Trouble().Start();
        new SimAdmin(_cluster).Start();
        if (_cluster.Shape.HasBrokers)
            foreach (int id in Enumerable.Range(0, 3))
                _producers.Add(new SimProducer(_cluster, id));
        foreach (SimProducer producer in _producers) producer.Start();
        _world.RunUntil(_troubleMs, () => false);
        new Healing(_cluster).Begin();
        LookForRest();
        _world.RunUntil(_troubleMs + HealMs, () => _isAtRest);
        if (!_isAtRest)
            throw new InvariantViolation(
                Invariant.EveryRequestGetsAnAnswer, $"{HealMs} ms after all faults healed: {Unrest()}");
        _cluster.Metadata.CheckAtRest();
        if (!_cluster.Shape.HasBrokers) return;
        _cluster.Partition.CheckAtRest(_cluster.Node(Partition!.Leader).Disk.Log(Partition.Id));
    }

    private string NobodyServes() => string.Join(' ', _cluster.Controllers
        .Select(controller => $"The {controller} waits: {controller.Quorum.Obstacle}")
        .Prepend("nobody serves as controller."));

    private ITrouble Trouble() => _kind switch
    {
        ScheduleKind.HostLoss => new HostLoss(_cluster),
        ScheduleKind.ReplicaLoss => new ReplicaLoss(_cluster),
        _ => new Chaos(_cluster),
    };

    private PartitionImage? Partition => _cluster.Metadata.Image.Topics.Values
        .SelectMany(topic => topic.Partitions).FirstOrDefault();

    private void LookForRest()
    {
        _isAtRest = Unrest() is null;
        if (!_isAtRest) _world.After(100, LookForRest);
    }

    /// <summary>Why the cluster is not at rest; null when it is.</summary>
    private string? Unrest()
    {
        MetadataImage image = _cluster.Metadata.Image;
        if (_cluster.Nodes.Any(node => !node.IsUp)) return "a node is down.";
        if (!_cluster.Controllers.Any(controller => controller.IsServing)) return NobodyServes();
        if (_cluster.Voters.Any(node => !image.Voters.Contains(new Voter(node.Id, node.Disk.Directory))))
            return "a voter was not readmitted.";
        if (image.Voters.Length != _cluster.Shape.Voters) return "a voter too many is left.";
        if (_cluster.Nodes.Any(node => node.Process!.Voter.Image.Offset != image.Offset))
            return "a node does not know what is committed.";
        if (!_cluster.Shape.HasBrokers) return null;
        if (_cluster.Nodes.Any(node => image.Broker(node.Id) is not { IsFenced: false } broker
            || broker.Incarnation != node.Process!.Incarnation))
            return "a broker is not registered or still fenced.";
        if (Partition is not { HasLeader: true } partition) return "the partition has no leader.";
        if (partition.Isr.Length < partition.Replicas.Length) return "the ISR is not complete.";
        if (_producers.Any(producer => !producer.IsIdle)) return "a producer waits for an answer.";
        SimLog leader = _cluster.Node(partition.Leader).Disk.Log(partition.Id);
        return partition.Replicas.Select(node => _cluster.Node(node).Disk.Log(partition.Id))
            .Any(log => log.End != leader.End || log.HighWatermark != leader.End)
            ? "a replica has not caught up."
            : null;
    }
}

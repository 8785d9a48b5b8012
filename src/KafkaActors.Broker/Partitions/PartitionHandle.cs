using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What the parts of a node share of one partition: its log, the role that the <see cref="ReplicaManager"/> gave it,
/// and, while a <see cref="PartitionActor"/> leads it, the way to that actor. Each field is one volatile reference
/// with one writer; a reader that acts on it sends the epoch along, because it may be old by then.
/// </summary>
internal sealed class PartitionHandle(
    TopicIdPartition id, PartitionLog log, string journalPluginId, IActorRef owner, PartitionAssignment assignment)
{
    private volatile PartitionAssignment _assignment = assignment;
    private volatile LeaderRoute? _route;
    private IActorRef? _actor;
    private volatile bool _hasPending;
    private volatile bool _hasProducers;
    private CoordinatorEpoch _coordinator;

    public TopicIdPartition Id => id;

    public string EntityId { get; } = id.ToString();

    public TopicPartition Name => log.Name;

    public PartitionLog Log => log;

    /// <summary>Node-local: the directory of the log, and a stripe.</summary>
    public string JournalPluginId => journalPluginId;

    /// <summary>The <see cref="ReplicaManager"/>.</summary>
    public IActorRef Owner => owner;

    /// <summary>This node's way to the controller.</summary>
    public IActorRef Controller { get; init; } = ActorRefs.Nobody;

    /// <summary>Fetches that wait for more of this partition.</summary>
    public FetchWaiters Waiters { get; } = new();

    /// <summary>Written by the <see cref="ReplicaManager"/>.</summary>
    public PartitionAssignment Assignment
    {
        get => _assignment;
        set => _assignment = value;
    }

    /// <summary>The actor that serves this leadership, null while nobody does. Written by that actor.</summary>
    public LeaderRoute? Route
    {
        get => _route;
        set => _route = value;
    }

    /// <summary>The partition's live entity on this node, in whatever role.</summary>
    public IActorRef? Actor => Volatile.Read(ref _actor);

    /// <summary>Whether time may run out for something: answers, followers. Written by the partition's actor.</summary>
    public bool HasPending
    {
        get => _hasPending;
        set => _hasPending = value;
    }

    /// <summary>Whether its leader remembers idempotent producers. Written by the partition's actor.</summary>
    public bool HasProducers
    {
        get => _hasProducers;
        set => _hasProducers = value;
    }

    /// <summary>One live entity a partition and node: false while another has not ended.</summary>
    public bool TryClaim(IActorRef actor) => Interlocked.CompareExchange(ref _actor, actor, null) is null;

    public void Release(IActorRef actor) => Interlocked.CompareExchange(ref _actor, null, actor);

    /// <summary>
    /// Whether a coordinator of this epoch may write: none below the highest that has, under whatever leadership of
    /// this node, or that the metadata names. Called by the partition's actor alone.
    /// </summary>
    public bool Admits(CoordinatorEpoch coordinator, CoordinatorEpoch committed)
    {
        if (coordinator < committed || coordinator < _coordinator) return false;
        _coordinator = coordinator;
        return true;
    }

    /// <summary>
    /// Whether a request that believes in <paramref name="claimed"/> may be served here; on
    /// <see cref="ErrorCode.None"/> <paramref name="route"/> says by whom.
    /// </summary>
    public ErrorCode CheckLeader(LeaderEpoch claimed, out LeaderRoute? route)
    {
        PartitionAssignment current = _assignment;
        route = null;
        if (current.Error != ErrorCode.None) return current.Error;
        // First, and by a follower too: who comes with another epoch learns which of the two is behind.
        ErrorCode epoch = current.Image.CheckLeaderEpoch(claimed);
        if (epoch != ErrorCode.None) return epoch;
        if (current.Role != ReplicaRole.Leader) return ErrorCode.NotLeaderOrFollower;
        LeaderRoute? serving = _route;
        if (serving is null || serving.Epoch != current.LeaderEpoch) return ErrorCode.LeaderNotAvailable;
        route = serving;
        return ErrorCode.None;
    }
}

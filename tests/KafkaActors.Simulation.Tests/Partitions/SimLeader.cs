using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// One leadership: the real leader core over the replica's log. An accepted batch reaches the log a little later, and
/// only if the leadership still holds the log then.
/// </summary>
internal sealed class SimLeader
{
    private const int ProposalRetryMs = 250;
    private const int DeadlineMs = 1500;
    private const int MostRecordsInFetch = 4;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly SimReplica _replica;
    private readonly PartitionLeaderState<PendingAnswer> _core;
    private readonly IdempotentProducers _producers;
    private readonly Queue<SimRecord> _unwritten = new();
    private IsrProposal? _sent;
    private long _sentAt;

    public SimLeader(
        SimCluster cluster, SimProcess process, SimReplica replica, MetadataImage image, PartitionImage partition)
    {
        _cluster = cluster;
        _process = process;
        _replica = replica;
        SimLog log = replica.Log;
        _producers = new IdempotentProducers(log.Records);
        var settings = new PartitionLeaderSettings(
            cluster.Shape.MinInSyncReplicas, cluster.Shape.IsGroupCommit, TimeSpan.FromMilliseconds(400));
        _core = new PartitionLeaderState<PendingAnswer>(
            PartitionLeaderStart.From(
                process.Node.Id, image, partition, log.End, log.SyncedEnd, log.HighWatermark, settings,
                cluster.World.Time),
            cluster.Bugs.Partitions);
    }

    public LeaderEpoch Epoch => _core.LeaderEpoch;

    public PartitionImage Partition => _core.Partition;

    private bool IsCurrent => _replica.Leader == this;

    public void Start() => Settle();

    public void OnImage(MetadataImage image, PartitionImage partition)
    {
        _core.MetadataChanged(
            partition, ReplicaBroker.Of(image, partition), _cluster.Shape.MinInSyncReplicas, _cluster.World.Time);
        Settle();
    }

    public void Flushed()
    {
        _core.Flushed(_replica.Log.SyncedEnd);
        Settle();
    }

    public void Tick()
    {
        _core.Tick(_cluster.World.Time);
        Settle();
    }

    public void Resign()
    {
        _core.Resign(ErrorCode.NotLeaderOrFollower);
        Release();
    }

    public void Produce(ProduceRequest request)
    {
        ErrorCode error = _core.CheckAppend(request.Acks);
        long? duplicate = request.IsIdempotent ? _producers.OffsetOf(request.Producer, request.Sequence) : null;
        if (error == ErrorCode.None && duplicate is null && request.IsIdempotent
            && !_producers.IsNext(request.Producer, request.Sequence))
            error = ErrorCode.OutOfOrderSequenceNumber;
        if (error != ErrorCode.None)
        {
            request.Answer(error, -1);
            return;
        }

        long offset = duplicate ?? Accept(request);
        TimeSpan deadline = _cluster.World.Time + TimeSpan.FromMilliseconds(DeadlineMs);
        var record = new SimRecord(Epoch, request.Producer, request.Sequence);
        _core.Await(new PendingAnswer(request, offset, record), request.Acks, offset + 1, deadline);
        Settle();
    }

    /// <summary>Null is never returned for a fetch of this leadership; any other is refused.</summary>
    public FetchAnswer Fetch(FetchRequest request)
    {
        if (request.LeaderEpoch < Epoch) return FetchAnswer.Refused(ErrorCode.FencedLeaderEpoch);
        if (request.LeaderEpoch > Epoch) return FetchAnswer.Refused(ErrorCode.UnknownLeaderEpoch);
        SimLog log = _replica.Log;
        if (Divergence.Of(log.History, log.End, request.LastFetchedEpoch, request.FetchOffset) is { } diverging)
            return new FetchAnswer(ErrorCode.None, diverging, [], 0);
        if (request.FetchOffset > log.End) return FetchAnswer.Refused(ErrorCode.OffsetOutOfRange);
        ErrorCode error = _core.FollowerFetched(
            request.Replica, request.BrokerEpoch, request.FetchOffset, request.FlushedOffset, _cluster.World.Time);
        Settle();
        if (error != ErrorCode.None) return FetchAnswer.Refused(error);
        SimRecord[] records = [.. log.Records.Skip((int)request.FetchOffset).Take(MostRecordsInFetch)];
        return new FetchAnswer(ErrorCode.None, null, records, _core.HighWatermark);
    }

    private long Accept(ProduceRequest request)
    {
        long offset = _core.Accept(1);
        if (request.IsIdempotent) _producers.Add(request.Producer, request.Sequence, offset);
        _unwritten.Enqueue(new SimRecord(Epoch, request.Producer, request.Sequence));
        _process.After(_cluster.World.Between(0, 4), Write);
        return offset;
    }

    /// <summary>Batches are written in the order in which they were accepted.</summary>
    private void Write()
    {
        if (!IsCurrent && !_cluster.Bugs.AppendsWithoutWriterToken) return;
        _cluster.Partition.OnAppend(_process, Epoch);
        _replica.Log.Append(_unwritten.Dequeue());
        _core.Appended(_replica.Log.End);
        Settle();
    }

    /// <summary>After every input: publishes the high watermark, lets answers go, sends a proposal.</summary>
    private void Settle()
    {
        _cluster.Partition.OnLeaderHighWatermark(Epoch, _core.HighWatermark);
        _replica.AdvanceHighWatermark(_core.HighWatermark);
        Release();
        if (_core.Proposal is not { } proposal) return;
        if (proposal == _sent && _cluster.World.Now - _sentAt < ProposalRetryMs) return;
        _sent = proposal;
        _sentAt = _cluster.LastIsrProposal = _cluster.World.Now;
        Send(proposal);
    }

    private void Release()
    {
        while (_core.TryRelease(out ReleasedAppend<PendingAnswer> released))
        {
            PendingAnswer answer = released.Answer;
            if (released.Error == ErrorCode.None && answer.Request.Acks == Acks.All)
                _cluster.Partition.OnAcknowledged(Epoch, answer.Offset, answer.Record);
            answer.Request.Answer(released.Error, answer.Offset);
        }
    }

    private void Send(IsrProposal proposal)
    {
        _cluster.World.Note(
            $"node {proposal.Leader} proposes isr [{string.Join(' ', proposal.Isr.Select(member => member.Node))}] "
            + $"from {proposal.LeaderEpoch}/{proposal.PartitionEpoch}");
        _process.Broker!.SendToController((duties, controller) => duties.ProposeIsr(proposal, error =>
            _process.Broker!.AnswerFrom(controller, () => OnAnswered(proposal, error))));
    }

    private void OnAnswered(IsrProposal proposal, ErrorCode error)
    {
        if (!IsCurrent || error is ErrorCode.None or ErrorCode.NotController) return;
        _core.ProposalRefused(proposal.PartitionEpoch);
        Settle();
    }

    private sealed record PendingAnswer(ProduceRequest Request, long Offset, SimRecord Record);
}

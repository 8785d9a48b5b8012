using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;
using KafkaActors.Storage;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// One leadership: the real leader core over the replica's log. An accepted batch reaches the log a little later, and
/// only if the leadership still holds the log then.
/// </summary>
internal sealed class SimLeader
{
    private const int ProposalRepeatMs = 250;
    private const int DeadlineMs = 1500;
    private const int MostRecordsInFetch = 4;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly SimReplica _replica;
    private readonly PartitionLeaderState<PendingAnswer> _core;
    private readonly ProducerStateTable _producers;
    private readonly WriterToken _token;
    private readonly IsrProposing _proposing = new(TimeSpan.FromMilliseconds(ProposalRepeatMs));
    private readonly Queue<SimRecord> _unwritten = new();

    public SimLeader(
        SimCluster cluster, SimProcess process, SimReplica replica, MetadataImage image, PartitionImage partition,
        WriterToken token)
    {
        _cluster = cluster;
        _process = process;
        _replica = replica;
        _token = token;
        SimLog log = replica.Log;
        _producers = log.Producers.Copy();
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

    public void Produce(SimProduce request)
    {
        var record = new SimRecord(Epoch, request.Producer, request.Sequence);
        ErrorCode error = _core.CheckAppend(request.Acks);
        SequenceVerdict sequence = error == ErrorCode.None
            ? _producers.Check(record.ToBatch(_core.NextOffset), _cluster.World.Now, _core.NextOffset)
            : SequenceVerdict.Refuse(error);
        if (!sequence.IsAccepted && !sequence.IsDuplicate)
        {
            request.Answer(sequence.Error, -1);
            return;
        }

        long offset = sequence.IsDuplicate ? sequence.Original.BaseOffset : Accept(record);
        TimeSpan deadline = _cluster.World.Time + TimeSpan.FromMilliseconds(DeadlineMs);
        _core.Await(new PendingAnswer(request, offset, record), request.Acks, offset + 1, deadline);
        Settle();
    }

    /// <summary>Null is never returned for a fetch of this leadership; any other is refused.</summary>
    public SimFetched Fetch(SimFetch request)
    {
        ErrorCode error = Partition.CheckLeaderEpoch(request.LeaderEpoch);
        if (error != ErrorCode.None) return SimFetched.Refused(error);
        SimLog log = _replica.Log;
        FetchContinuity continuity = LogDivergence.Of(
            log.LeaderEpochs, 0, log.End, request.LastFetchedEpoch, request.FetchOffset);
        if (continuity.Diverging is { } diverging) return new SimFetched(ErrorCode.None, diverging, [], 0);
        if (continuity.Error != ErrorCode.None || request.FetchOffset > log.End)
            return SimFetched.Refused(ErrorCode.OffsetOutOfRange);
        error = _core.FollowerFetched(
            request.Replica, request.BrokerEpoch, request.FetchOffset, request.FlushedOffset, _cluster.World.Time);
        Settle();
        if (error != ErrorCode.None) return SimFetched.Refused(error);
        SimRecord[] records = [.. log.Records.Skip((int)request.FetchOffset).Take(MostRecordsInFetch)];
        return new SimFetched(ErrorCode.None, null, records, _core.HighWatermark);
    }

    private long Accept(SimRecord record)
    {
        long offset = _core.Accept(1);
        _producers.Update(record.ToBatch(offset), _cluster.World.Now);
        _unwritten.Enqueue(record);
        _process.After(_cluster.World.Between(0, 4), Write);
        return offset;
    }

    /// <summary>Batches are written in the order in which they were accepted.</summary>
    private void Write()
    {
        SimRecord record = _unwritten.Dequeue();
        if (_cluster.Bugs.AppendsWithoutWriterToken) _replica.Log.AppendUnasked(record);
        else if (_replica.Log.Append(_token, record) != ErrorCode.None) return;
        _cluster.Partition.OnAppend(_process, Epoch);
        _core.Appended(_replica.Log.End);
        Settle();
    }

    /// <summary>After every input: publishes the high watermark, lets answers go, sends a proposal.</summary>
    private void Settle()
    {
        _cluster.Partition.OnLeaderHighWatermark(Epoch, _core.HighWatermark);
        _replica.AdvanceHighWatermark(_core.HighWatermark);
        Release();
        if (_core.Proposal is not null) _cluster.LastIsrProposal = _cluster.World.Now;
        bool isDue = _proposing.IsDue(_core.Proposal, _cluster.World.Time, out long id);
        if (isDue && _core.Proposal is { } proposal) Send(proposal, id);
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

    private void Send(IsrProposal proposal, long id)
    {
        _cluster.World.Note(
            $"node {proposal.Leader} proposes isr [{string.Join(' ', proposal.Isr.Select(member => member.Node))}] "
            + $"from {proposal.LeaderEpoch}/{proposal.PartitionEpoch}");
        _process.Follower.Ask(new ControllerProtocol.ProposeIsr(id, proposal), reply =>
        {
            if (reply is ControllerProtocol.IsrDecided decided) OnAnswered(id, decided.Error);
        });
    }

    private void OnAnswered(long id, ErrorCode error)
    {
        if (!IsCurrent) return;
        if (_proposing.Decided(id, error) is { } computedFrom) _core.ProposalRefused(computedFrom);
        Settle();
    }

    private sealed record PendingAnswer(SimProduce Request, long Offset, SimRecord Record);
}

using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>
/// What an OffsetCommit asks for, judged partition by partition before any of it counts. All that is accepted is one
/// batch in the log, so that it is committed or not as a whole: what does not fit is refused as a whole, and nothing
/// is made of it beyond the limit.
/// </summary>
internal sealed class OffsetCommitAttempt
{
    private readonly string _groupId;
    private readonly GroupServices _services;
    private readonly MetadataImage _image;
    private readonly long _timestamp;
    private readonly long _expires;
    private readonly List<OffsetCommitResponse.OffsetCommitPartition> _outcomes = [];
    private readonly List<AcceptedOffset> _accepted = [];
    private readonly int _maxBytes;
    private CoordinatorBatchSize _size = new();

    public OffsetCommitAttempt(
        string groupId, GroupServices services, OffsetCommitRequest request, MetadataImage image, TimeSpan now)
    {
        _groupId = groupId;
        _services = services;
        _image = image;
        _timestamp = services.Utc(now).ToMilliseconds();
        _expires = request.RetentionTimeMs < 0
            ? -1
            : _timestamp + Math.Min(request.RetentionTimeMs, long.MaxValue - _timestamp);
        _maxBytes = services.MaxBatchBytes();
        Response = new OffsetCommitResponse { Topics = [.. request.Topics.Select(Judge)] };
        if (IsTooLarge) RefuseAccepted();
    }

    public OffsetCommitResponse Response { get; }

    /// <summary>What is to be stored, and its records: empty when it is too much.</summary>
    public IReadOnlyList<AcceptedOffset> Accepted => _accepted;

    private bool IsTooLarge => _size.Bytes > _maxBytes;

    private OffsetCommitResponse.OffsetCommitTopic Judge(OffsetCommitRequest.OffsetCommitTopic topic)
    {
        TopicImage? known = _image.Topic(topic.Name);
        return new() { Name = topic.Name, Partitions = [.. topic.Partitions.Select(each => Judge(known, each))] };
    }

    private OffsetCommitResponse.OffsetCommitPartition Judge(
        TopicImage? topic, OffsetCommitRequest.OffsetCommitPartition partition)
    {
        var outcome = new OffsetCommitResponse.OffsetCommitPartition
        {
            PartitionIndex = partition.PartitionIndex,
            ErrorCode = GroupOffsetTable.ErrorOf(topic, partition.PartitionIndex),
        };
        string metadata = partition.CommittedMetadata ?? "";
        if (outcome.ErrorCode != ErrorCode.None) return outcome;
        if (metadata.Length > _services.Settings.OffsetMetadataMaxBytes)
            outcome.ErrorCode = ErrorCode.OffsetMetadataTooLarge;
        else
            Accept(topic!, partition, metadata, outcome);
        return outcome;
    }

    private void Accept(
        TopicImage topic, OffsetCommitRequest.OffsetCommitPartition partition, string metadata,
        OffsetCommitResponse.OffsetCommitPartition outcome)
    {
        _outcomes.Add(outcome);
        if (IsTooLarge) return;
        var offset = new CommittedOffset(
            partition.CommittedOffset, partition.CommittedLeaderEpoch, metadata, _timestamp, _expires, topic.Id);
        CoordinatorRecord record = OffsetRecords.Of(_groupId, topic.Name, partition.PartitionIndex, offset);
        _size.Add(record);
        _accepted.Add(new AcceptedOffset(topic.Name, partition.PartitionIndex, offset, record));
    }

    private void RefuseAccepted()
    {
        _accepted.Clear();
        foreach (OffsetCommitResponse.OffsetCommitPartition outcome in _outcomes)
            outcome.ErrorCode = ErrorCode.InvalidCommitOffsetSize;
    }
}

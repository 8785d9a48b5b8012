using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>Makes requests to groups, and their records, short to write.</summary>
internal static class GroupRequests
{
    public const string Topic = "t";
    public const string KeptTopic = "kept";

    /// <summary>A commit from outside of any membership.</summary>
    public static OffsetCommitRequest Commit(string groupId, long offset, string topic = Topic) => new()
    {
        GroupId = groupId,
        GenerationIdOrMemberEpoch = -1,
        Topics =
        [
            new() { Name = topic, Partitions = [new() { PartitionIndex = 0, CommittedOffset = offset }] },
        ],
    };

    public static OffsetFetchRequest.OffsetFetchGroup Fetch(string groupId, string topic = Topic) => new()
    {
        GroupId = groupId, MemberEpoch = -1, Topics = [new() { Name = topic, PartitionIndexes = [0] }],
    };

    public static HeartbeatRequest Heartbeat(string groupId, string memberId, int generation) => new()
    {
        GroupId = groupId, MemberId = memberId, GenerationId = generation,
    };

    public static DeleteGroupsRequest Delete(string groupId) => new() { GroupsNames = [groupId] };

    public static ConsumerGroupHeartbeatRequest Join(string groupId, string memberId) => new()
    {
        GroupId = groupId,
        MemberId = memberId,
        MemberEpoch = 0,
        RebalanceTimeoutMs = 60_000,
        SubscribedTopicNames = [Topic],
        TopicPartitions = [],
    };

    public static ConsumerGroupHeartbeatRequest Stay(string groupId, string memberId, int epoch) => new()
    {
        GroupId = groupId, MemberId = memberId, MemberEpoch = epoch, RebalanceTimeoutMs = -1,
    };

    /// <summary>A record of a committed offset; null is its tombstone.</summary>
    public static CoordinatorRecord Offset(string groupId, long? offset, string topic = Topic) => new(
        GroupRecordTypes.OffsetCommit,
        new OffsetCommitKey { Group = groupId, Topic = topic, Partition = 0 },
        offset is { } value ? new OffsetCommitValue { Offset = value, Metadata = "", CommitTimestamp = 1 } : null,
        offset is null ? (short)0 : (short)3);

    /// <summary>A record of a stable classic group of one member.</summary>
    public static CoordinatorRecord Generation(string groupId, int generation, string memberId) => new(
        GroupRecordTypes.GroupMetadata,
        new GroupMetadataKey { Group = groupId },
        new GroupMetadataValue
        {
            ProtocolType = "consumer",
            Generation = generation,
            Protocol = "range",
            Leader = memberId,
            CurrentStateTimestamp = 1,
            Members =
            [
                new()
                {
                    MemberId = memberId,
                    ClientId = "client",
                    ClientHost = "/127.0.0.1",
                    RebalanceTimeout = 10_000,
                    SessionTimeout = 10_000,
                },
            ],
        },
        3);

    public static long? OffsetOf(CoordinatorRecord record) => (record.Value as OffsetCommitValue)?.Offset;

    /// <summary>A batch as a leader has it, at its place in the log.</summary>
    public static byte[] Batch(long baseOffset, bool isControl, params CoordinatorRecord[] records)
    {
        var builder = new RecordBatchBuilder(int.MaxValue);
        foreach (CoordinatorRecord record in records)
            builder.TryAppend(1, record.EncodedKey, record.EncodedValue);
        byte[] batch = builder.Build(ProducerSequence.None, isControl: isControl);
        RecordBatchPatcher.AssignOffsets(batch, baseOffset, new(3));
        return batch;
    }

    public static byte[] Batch(long baseOffset, params CoordinatorRecord[] records) =>
        Batch(baseOffset, false, records);

    /// <summary>The records of one batch.</summary>
    public static IReadOnlyList<CoordinatorRecord> Records(ReadOnlyMemory<byte> batch)
    {
        Assert.That(RecordBatch.TryRead(batch, out RecordBatch only), Is.True);
        Assert.That(only.SizeInBytes, Is.EqualTo(batch.Length), "one batch and nothing behind it");
        var records = new List<CoordinatorRecord>();
        foreach (RecordView record in only.Records())
            records.Add(GroupRecordCodec.Decode(record.Key!.Value, record.Value)!);
        return records;
    }
}

using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// Appends groups' records to the partitions of the offsets topic, wherever they are led, under one coordinator's
/// epoch. The answer comes as a <c>ProduceProtocol.Appended</c>: once the records are committed, or with an error,
/// or, when the leader's node is lost, not at all.
/// </summary>
internal sealed class OffsetsAppender(
    PartitionRegistry partitions, IActorRef region, Func<MetadataImage> image, TimeProvider clock, TimeSpan timeout)
{
    /// <summary>A key that no kind of record has: what reads the topic skips it, and compaction keeps one.</summary>
    private static readonly byte[] FenceKey = [0x7F, 0xFF];

    /// <summary>How long an append may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <returns>Whether it was sent: not while the partition has no leader.</returns>
    public bool TryAppend(
        CoordinatorEpoch epoch, int partition, IReadOnlyList<GroupRecord> records, long id, IActorRef replyTo)
    {
        var batch = new RecordBatchBuilder(int.MaxValue);
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (GroupRecord record in records)
            batch.TryAppend(now, GroupRecordCodec.EncodeKey(record), GroupRecordCodec.EncodeValue(record));
        return TryAppend(epoch, partition, batch.Build(), id, replyTo);
    }

    /// <summary>
    /// Appends a record that means nothing: once it is committed, all that former coordinators have written lies before
    /// it, and nothing of theirs comes after.
    /// </summary>
    public bool TryFence(CoordinatorEpoch epoch, int partition, long id, IActorRef replyTo)
    {
        var batch = new RecordBatchBuilder(int.MaxValue);
        batch.TryAppend(clock.GetUtcNow().ToUnixTimeMilliseconds(), FenceKey, ReadOnlyMemory<byte>.Empty);
        return TryAppend(epoch, partition, batch.Build(), id, replyTo);
    }

    private bool TryAppend(CoordinatorEpoch epoch, int partition, byte[] batch, long id, IActorRef replyTo)
    {
        MetadataImage now = image();
        if (now.Topic(OffsetsTopic.Name) is not { } topic || partition >= topic.Partitions.Count) return false;
        PartitionImage led = topic.Partitions[partition];
        if (!led.HasLeader) return false;
        var append = new PartitionProtocol.Append(
            id, led.Id, led.LeaderEpoch, epoch, Acks.All, clock.GetUtcNow() + timeout, batch)
        {
            DecidedAt = now.Offset,
        };
        if (partitions.TryGet(led.Id, out PartitionHandle? here) && here.Route is { } route)
            route.Actor.Tell(append, replyTo);
        else
            region.Tell(new PartitionEnvelope(led.Leader, led.Id, append), replyTo);
        return true;
    }
}

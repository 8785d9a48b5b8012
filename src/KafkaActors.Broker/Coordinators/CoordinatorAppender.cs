using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Appends records to the partitions of a coordinator's topic, wherever they are led, under the coordinator's epoch.
/// The answer comes as a <c>PartitionProtocol.Appended</c>: once the records are committed, or with an error, or, when
/// the leader's node is lost, not at all.
/// </summary>
internal sealed class CoordinatorAppender(
    PartitionRegistry partitions, IActorRef region, Func<MetadataImage> image, TimeProvider clock, TimeSpan timeout)
{
    /// <summary>
    /// A key that no kind of record has in any internal topic: what reads the topic skips it, and compaction keeps one.
    /// </summary>
    private static readonly byte[] FenceKey = [0x7F, 0xFF];

    /// <summary>How long an append may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <param name="partition">Of one topic id: what is meant for a deleted topic never lands in its successor.</param>
    /// <param name="records">One batch of them.</param>
    /// <returns>Whether it was sent: not while the partition has no leader, and not once it is deleted.</returns>
    public bool TryAppend(
        CoordinatorEpoch epoch, TopicIdPartition partition, IReadOnlyList<CoordinatorRecord> records, long id,
        IActorRef replyTo)
    {
        var batch = new RecordBatchBuilder(int.MaxValue);
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (CoordinatorRecord record in records) batch.TryAppend(now, record.EncodedKey, record.EncodedValue);
        return TryAppend(epoch, partition, batch.Build(), id, replyTo);
    }

    /// <summary>
    /// Appends a record that means nothing: once it is committed, all that former coordinators have written lies before
    /// it, and nothing of theirs comes after. It is a tombstone, which Kafka's tools pass over; older logs hold fences
    /// with an empty value, which those tools take for a damaged one.
    /// </summary>
    public bool TryFence(CoordinatorEpoch epoch, TopicIdPartition partition, long id, IActorRef replyTo)
    {
        var batch = new RecordBatchBuilder(int.MaxValue);
        ReadOnlyMemory<byte>? tombstone = null;
        batch.TryAppend(clock.GetUtcNow().ToUnixTimeMilliseconds(), FenceKey, tombstone);
        return TryAppend(epoch, partition, batch.Build(), id, replyTo);
    }

    private bool TryAppend(
        CoordinatorEpoch epoch, TopicIdPartition partition, byte[] batch, long id, IActorRef replyTo)
    {
        MetadataImage now = image();
        if (now.Partition(partition) is not { HasLeader: true } led) return false;
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

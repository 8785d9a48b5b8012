using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// A batch in the codec that its topic asks for. Done at the door and not at the partition: it costs processor time in
/// proportion to the records, which this client alone waits for, and a door handles one batch of a client after the
/// other, so that their order stays.
/// </summary>
internal static class StorableBatch
{
    /// <param name="batch">What goes to the partition: <paramref name="sent"/> itself in nearly all cases.</param>
    public static RecordBatchVerdict Of(
        FrontDoorServices services, TopicIdPartition id, ReadOnlyMemory<byte> sent, out ReadOnlyMemory<byte> batch)
    {
        batch = sent;
        if (!services.Partitions.TryGet(id, out PartitionHandle? partition)
            || partition.Assignment.Settings is not { Compression: { } codec } settings)
            return RecordBatchVerdict.Accepted;
        long now = services.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return RecordBatchRecompressor.Recompress(sent, codec, settings.Rules, now, out batch);
    }
}

using Akka.Actor;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The event that a <c>PartitionActor</c> persists: one batch whose offsets are assigned, and the writer token it is
/// appended under. The batch's bytes are the event's only representation: it is never serialized.
/// The bytes belong to this event until it was written or rejected.
/// </summary>
internal sealed class PartitionAppend(WriterToken token, RecordBatch batch) : INoSerializationVerificationNeeded
{
    public WriterToken Token => token;

    public RecordBatch Batch => batch;
}

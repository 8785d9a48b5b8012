using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A record in a log. Producer and sequence are its value: no other record has both.</summary>
internal readonly record struct SimRecord(LeaderEpoch Epoch, int Producer, int Sequence)
{
    private const int MostBytes = 128;

    /// <summary>A batch of this record alone, as it lies in a log at the offset.</summary>
    public RecordBatch ToBatch(long offset)
    {
        byte[] value = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(value, Sequence);
        var builder = new RecordBatchBuilder(MostBytes);
        builder.TryAppend(0, null, value);
        byte[] bytes = builder.Build(
            SimProducer.IsIdempotentId(Producer)
                ? new ProducerSequence(Producer, 0, Sequence)
                : ProducerSequence.None);
        RecordBatchPatcher.AssignOffsets(bytes, offset, Epoch);
        return RecordBatch.TryRead(bytes, out RecordBatch batch)
            ? batch
            : throw new InvalidOperationException($"{this} is no batch.");
    }

    public override string ToString() => $"{Producer}:{Sequence}@{Epoch}";
}

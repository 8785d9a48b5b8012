using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>A batch of keyed records, as a producer and its leader make it.</summary>
internal sealed record KeyedBatch
{
    public KeyedBatch(params (string? Key, string? Value)[] records) => Records = records;

    public (string? Key, string? Value)[] Records { get; init; }

    public long BaseOffset { get; init; }

    public int Epoch { get; init; }

    public long Timestamp { get; init; } = 1_000;

    public CompressionType Codec { get; init; }

    public ProducerSequence Producer { get; init; } = ProducerSequence.None;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public RecordBatch Build()
    {
        var builder = new RecordBatchBuilder(1 << 20, Codec);
        for (int i = 0; i < Records.Length; i++)
        {
            (string? key, string? value) = Records[i];
            Assert.That(builder.TryAppend(Timestamp + i, Bytes(key), Bytes(value)), Is.True);
        }
        byte[] bytes = builder.Build(Producer, IsTransactional, IsControl);
        RecordBatchPatcher.AssignOffsets(bytes, BaseOffset, new LeaderEpoch(Epoch));
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        return batch;
    }

    private static ReadOnlyMemory<byte>? Bytes(string? text) =>
        text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);
}

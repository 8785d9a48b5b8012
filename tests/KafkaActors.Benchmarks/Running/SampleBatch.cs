using KafkaActors.Protocol.Records;

namespace KafkaActors.Benchmarks.Running;

/// <summary>Batches of records with a value of a fixed size, the same bytes in every run.</summary>
internal static class SampleBatch
{
    private const int Seed = 20261123;
    private const long TimestampMs = 1_700_000_000_000;

    /// <summary>As many records as fit into <paramref name="batchBytes"/>.</summary>
    public static byte[] Of(
        int batchBytes, int valueBytes = 100, CompressionType compression = CompressionType.None)
    {
        RecordBatchBuilder builder = new(batchBytes, compression);
        byte[] value = Value(valueBytes);
        while (builder.TryAppend(TimestampMs, key: null, (ReadOnlyMemory<byte>?)value))
            value[0]++;
        return builder.Build();
    }

    /// <summary>Letters, so that a codec finds something to compress, but not everything.</summary>
    public static byte[] Value(int bytes)
    {
        byte[] value = new byte[bytes];
        new Random(Seed).GetItems<byte>("etaoin shrdlu 0123456789"u8, value);
        return value;
    }
}

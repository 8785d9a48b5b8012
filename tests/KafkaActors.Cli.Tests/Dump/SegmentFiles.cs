using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Tests.Dump;

/// <summary>Writes segments to dump.</summary>
internal static class SegmentFiles
{
    public const string LogName = "00000000000000000000.log";

    /// <summary>Batches of two records each from offset 0 on; returns the position of each.</summary>
    public static List<int> Write(string path, int batches, CompressionType compression = CompressionType.None)
    {
        var positions = new List<int>();
        using var file = new MemoryStream();
        for (int i = 0; i < batches; i++)
        {
            var builder = new RecordBatchBuilder(1 << 20, compression);
            builder.TryAppend(1000 + i, "key"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes($"value {i}"), default);
            builder.TryAppend(1000 + i, default(ReadOnlyMemory<byte>?), "second"u8.ToArray(), default);
            byte[] batch = builder.Build();
            RecordBatchPatcher.AssignOffsets(batch, 2 * i, new LeaderEpoch(7));
            positions.Add((int)file.Position);
            file.Write(batch);
        }

        File.WriteAllBytes(path, file.ToArray());
        return positions;
    }
}

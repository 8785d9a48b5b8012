using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

/// <summary>What a reader gets from a log.</summary>
internal static class LogBytes
{
    public static byte[] Read(PartitionLog log, long? offset = null, int maxBytes = 1 << 20) =>
        Read(log, offset ?? log.LogStartOffset, maxBytes, stopsAtFailure: false);

    /// <summary>What it gets until the log refuses.</summary>
    public static byte[] ReadWhileGood(PartitionLog log) =>
        Read(log, log.LogStartOffset, 1 << 20, stopsAtFailure: true);

    private static byte[] Read(PartitionLog log, long next, int maxBytes, bool stopsAtFailure)
    {
        using var all = new MemoryStream();
        while (true)
        {
            using LogReadResult read = log.Read(next, long.MaxValue, maxBytes, atLeastOneBatch: true);
            if (stopsAtFailure && read.Error != ErrorCode.None) return all.ToArray();
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
            if (read.IsEmpty) return all.ToArray();
            byte[] bytes = new byte[read.Length];
            read.CopyTo(bytes);
            all.Write(bytes);
            next = read.NextOffset;
        }
    }
}

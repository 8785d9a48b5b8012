using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

/// <summary>What a reader gets from a log.</summary>
internal static class LogBytes
{
    public static byte[] Read(PartitionLog log, long? offset = null, int maxBytes = 1 << 20)
    {
        long next = offset ?? log.LogStartOffset;
        using var all = new MemoryStream();
        while (true)
        {
            using LogReadResult read = log.Read(next, long.MaxValue, maxBytes, atLeastOneBatch: true);
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
            if (read.IsEmpty) return all.ToArray();
            byte[] bytes = new byte[read.Length];
            read.CopyTo(bytes);
            all.Write(bytes);
            next = read.NextOffset;
        }
    }
}

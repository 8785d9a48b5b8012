using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>Reads a whole partition, from its beginning to its end at the time of the call.</summary>
internal static class PartitionReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<(long Offset, byte[] Value)>> ReadAll(
        string bootstrap, TopicPartition partition)
    {
        using CancellationTokenSource deadline = new(Timeout);
        await using KafkaActorsClient client = await QuietClient.Start(bootstrap);
        long end = await EndOffset(client, partition);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(partition, StartOffset.Beginning));
        List<(long, byte[])> records = [];
        if (end == 0) return records;
        await foreach (FetchedRecord record in consumer.ReadAllAsync(deadline.Token))
        {
            records.Add((record.Record.Offset, record.Record.Value?.ToArray() ?? []));
            if (record.Record.Offset >= end - 1) break;
        }

        return records;
    }

    private static async Task<long> EndOffset(KafkaActorsClient client, TopicPartition partition)
    {
        IReadOnlyList<ListedOffset> ends = await client.Admin.ListOffsetsAsync(
            new Dictionary<TopicPartition, long> { [partition] = OffsetQuery.Latest });
        return ends[0].Offset;
    }
}

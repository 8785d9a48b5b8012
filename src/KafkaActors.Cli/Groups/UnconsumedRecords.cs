using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>
/// Looks up when the first records that a group has not consumed were written. The time index leads from times to
/// offsets only, so the record itself is fetched: one small fetch that covers all partitions of a leader, as there is
/// no cheaper way.
/// </summary>
internal static class UnconsumedRecords
{
    // A node gives at least a batch, however large, to one partition of a fetch, and to the others what fits.
    private const string FetchBytes = "16384";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="positions">Offsets with records behind them; one that was deleted means the first one left.</param>
    /// <returns>In ms since 1970, without the partitions that could not be read.</returns>
    public static async Task<IReadOnlyDictionary<TopicPartition, long>> TimestampsAsync(
        KafkaActorsClient client, IReadOnlyDictionary<TopicPartition, long> positions, CancellationToken stop)
    {
        var found = new Dictionary<TopicPartition, long>();
        if (positions.Count == 0) return found;
        await using RecordConsumer consumer = client.CreateRecordConsumer(Settings());
        consumer.Assign([.. positions.Select(entry =>
            new TopicPartitionStart(entry.Key, StartOffset.At(entry.Value)))]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        HashSet<TopicPartition> open = [.. positions.Keys];
        try
        {
            while (open.Count > 0 && await consumer.WaitToReadAsync(patience.Token).ConfigureAwait(false))
                Read(consumer, open, found);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // What was not found in time is shown as not known.
        }

        return found;
    }

    private static void Read(
        RecordConsumer consumer, HashSet<TopicPartition> open, Dictionary<TopicPartition, long> found)
    {
        try
        {
            while (consumer.TryRead(out FetchedRecord record))
            {
                if (!open.Remove(record.Partition)) continue;
                found[record.Partition] = record.Record.TimestampMs;
                consumer.Pause(record.Partition);
            }
        }
        catch (PartitionException e)
        {
            open.Remove(e.Partition);
        }
    }

    private static ConsumerSettings Settings() => ConsumerSettings.From(
        new ClientProperties(ClientProperties.Consumer)
            .Add("max.partition.fetch.bytes", FetchBytes)
            .Add("auto.offset.reset", "earliest")
            .ToConfig());
}

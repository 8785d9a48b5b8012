using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Journal;
using KafkaActors.Broker.Partitions;
using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.RecordPath;

/// <summary>
/// Walks one record along the nine stops that the main README lists, and looks at it at each: a node in this process,
/// a client in an ActorSystem of its own.
/// </summary>
[Category("Cluster")]
internal sealed class RecordPathTests
{
    private const string Topic = "path";
    private const long TimestampMs = 1_700_000_000_000;
    private static readonly TopicPartition Name = new(Topic, 0);
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly byte[] Value = [0xff, 0x00, (byte)'v'];
    private static readonly RecordHeader[] Headers = [new RecordHeader("header", "h"u8.ToArray())];

    // Long enough that nothing leaves before it is told to.
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(10);

    [Test]
    public async Task A_record_passes_the_stops_that_the_README_lists()
    {
        using var data = new TempDirectory();
        await using KafkaActorsNode node = await StartNodeAsync(data);
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(ContactOf(node));
        await using RecordProducer producer =
            client.CreateRecordProducer(ProducerSettings.Default with { Linger = Linger });
        await producer.PartitionCountAsync(Topic);
        PartitionHandle partition = await LedPartitionAsync(node);

        DeliverySource delivery = await JoinsAnOpenBatchAsync(producer, partition);
        Delivery delivered = await IsSentAndAnsweredAsync(producer, delivery);
        IsJudgedByTheLeadersEntity(partition, delivered);
        await IsPersistedByTheJournalAsync(node, partition);
        byte[] batch = StandsInTheSegment(data, partition);
        IsFoundByItsOffset(partition, batch);
        await IsReadByAConsumerAsync(client, delivered);
    }

    private static async Task<PartitionHandle> LedPartitionAsync(KafkaActorsNode node)
    {
        PartitionRegistry registry = PartitionRegistry.Of(node.System);
        await Eventually.True(
            () => registry.All.Any(found => found.Name == Name && found.Route is not null), "the node leads it");
        return registry.All.Single(found => found.Name == Name);
    }

    /// <summary>Stop 1.</summary>
    private static async Task<DeliverySource> JoinsAnOpenBatchAsync(RecordProducer producer, PartitionHandle partition)
    {
        var delivery = new DeliverySource();
        var record = new ProducerRecord(Topic, Key, Value) { TimestampMs = TimestampMs, Headers = Headers };
        await producer.SendAsync(record, delivery);
        Assert.That(delivery.Task.IsCompleted, Is.False, "stop 1: it waits for company");
        Assert.That(partition.Log.LogEndOffset, Is.Zero, "stop 1: nothing has left");
        return delivery;
    }

    /// <summary>Stops 2 and 3: over the client's connection, to its session, to the leader and back.</summary>
    private static async Task<Delivery> IsSentAndAnsweredAsync(RecordProducer producer, DeliverySource delivery)
    {
        await producer.FlushAsync();
        Delivery delivered = await delivery.Task;
        Assert.That(delivered.Partition, Is.EqualTo(Name), "stops 2 and 3: it was sent and answered");
        return delivered;
    }

    /// <summary>Stop 4.</summary>
    private static void IsJudgedByTheLeadersEntity(PartitionHandle partition, Delivery delivered)
    {
        ErrorCode error = partition.CheckLeader(LeaderEpoch.None, out LeaderRoute? route);
        Assert.That(error, Is.EqualTo(ErrorCode.None));
        Assert.That(
            route?.Actor.Path.ToString(),
            Does.EndWith($"/{PartitionSharding.TypeName}/1/{partition.EntityId}"),
            "stop 4: the entity of the topic's id, in the shard of the node that leads");
        Assert.That(delivered.Offset, Is.Zero, "stop 4: the first record's offset");
    }

    /// <summary>Stop 5.</summary>
    private static async Task IsPersistedByTheJournalAsync(KafkaActorsNode node, PartitionHandle partition)
    {
        Assert.That(partition.JournalPluginId, Does.StartWith("kafka-actors.journal.d0-s"), "stop 5");
        string[] plugins = [.. node.System.Settings.Config
            .GetStringList("akka.persistence.journal.auto-start-journals")];
        Assert.That(plugins, Does.Contain(partition.JournalPluginId), "stop 5: started with the system");
        Assert.That(
            node.System.Settings.Config.GetString($"{partition.JournalPluginId}.class"),
            Does.Contain(nameof(PartitionJournal)));
        await Eventually.That(() => partition.Log.View.HighWatermark, Is.EqualTo(1), null);
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1), "stop 5: its highest sequence number");
    }

    /// <summary>Stop 6.</summary>
    private static byte[] StandsInTheSegment(TempDirectory data, PartitionHandle partition)
    {
        string path = Path.Combine(data.Path, Name.ToString(), "00000000000000000000.log");
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        bool isBatch = RecordBatch.TryRead(bytes, out RecordBatch batch);
        Assert.That(isBatch && batch.SizeInBytes == bytes.Length, Is.True, "stop 6: one batch, nothing around it");
        Assert.That(batch.IsCrcValid(), Is.True);
        Assert.That(batch.PartitionLeaderEpoch, Is.EqualTo(partition.Assignment.LeaderEpoch));
        Assert.That(batch.HasProducerId, Is.True, "idempotence is the default");
        AssertIsTheRecord(First(batch));
        return bytes;
    }

    /// <summary>Stop 7.</summary>
    private static void IsFoundByItsOffset(PartitionHandle partition, byte[] batch)
    {
        using LogReadResult found = partition.Log.Read(
            0, partition.Log.View.HighWatermark, maxBytes: 1, atLeastOneBatch: true);
        byte[] bytes = new byte[found.Length];
        found.CopyTo(bytes);
        Assert.That(bytes, Is.EqualTo(batch), "stop 7: the bytes of the file, below the high watermark");
    }

    /// <summary>Stops 8 and 9.</summary>
    private static async Task IsReadByAConsumerAsync(KafkaActorsClient client, Delivery delivered)
    {
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Name, StartOffset.Beginning));
        FetchedRecord record;
        while (!consumer.TryRead(out record)) await consumer.WaitToReadAsync();
        Assert.That(record.Partition, Is.EqualTo(Name), "stop 8: sent by a session");
        Assert.That(record.Record.Offset, Is.EqualTo(delivered.Offset), "stop 9: at the offset that was acknowledged");
        Assert.That(consumer.Position(Name), Is.EqualTo(delivered.Offset + 1));
        AssertIsTheRecord(record.Record);
    }

    private static void AssertIsTheRecord(RecordView record)
    {
        Assert.That(record.Key?.ToArray(), Is.EqualTo(Key));
        Assert.That(record.Value?.ToArray(), Is.EqualTo(Value));
        Assert.That(record.TimestampMs, Is.EqualTo(TimestampMs));
        Assert.That(record.Headers.ToArray().Select(header => header.Key), Is.EqualTo(new[] { "header" }));
    }

    private static RecordView First(RecordBatch batch)
    {
        var records = new RecordEnumerator(batch);
        return records.MoveNext() ? records.Current : default;
    }

    private static Task<KafkaActorsNode> StartNodeAsync(TempDirectory data) => KafkaActorsNode.StartAsync(
        ConfigurationFactory.ParseString(
            $"""
            kafka-actors.log.dirs = "{data.Path}"
            kafka-actors.listeners.akka.port = 0
            kafka-actors.listeners.kafka.port = 0
            """),
        new NodeOptions { Log = TestContext.Progress });

    private static string ContactOf(KafkaActorsNode node)
    {
        NodeDoor door = node.Doors.Single(door => door.Name == "akka");
        return $"{door.Host}:{door.Port}";
    }
}

using System.Text;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>
/// Keys land in the same partitions whichever client hashes them: where Kafka's default partitioner puts them.
/// </summary>
[Category("Interop")]
internal sealed class PartitionerTests
{
    private const int Partitions = 7;

    // What murmur2 makes of these keys, as Apache Kafka's own tests state it.
    private static readonly (string Key, int Hash)[] Published =
    [
        ("21", -973_932_308),
        ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ];

    // Of many lengths, and with bytes above 127.
    private static readonly byte[][] Keys =
        [.. Enumerable.Range(1, 300).Select(number => Encoding.UTF8.GetBytes(new string('é', number % 23) + number))];

    private readonly Lazy<Task<IReadOnlyList<int>>> _partitionsOfActors =
        new(() => PlaceAsync(new ActorClient(), Keys));

    private static IReadOnlyList<IRecordClient> Producers => RecordClients.Producers;

    [TestCaseSource(nameof(Producers))]
    public async Task Keys_land_where_the_published_hashes_say(object producer)
    {
        byte[][] keys = [.. Published.Select(pair => Encoding.UTF8.GetBytes(pair.Key))];
        Assert.That(
            await PlaceAsync((IRecordClient)producer, keys),
            Is.EqualTo(Published.Select(pair => (pair.Hash & int.MaxValue) % Partitions)));
    }

    [TestCaseSource(nameof(Producers))]
    public async Task Keys_land_where_the_client_actors_put_them(object producer)
    {
        IReadOnlyList<int> expected = await _partitionsOfActors.Value;
        Assert.That(expected.Distinct().Count(), Is.EqualTo(Partitions));
        Assert.That(await PlaceAsync((IRecordClient)producer, Keys), Is.EqualTo(expected));
    }

    private static async Task<IReadOnlyList<int>> PlaceAsync(IRecordClient client, byte[][] keys)
    {
        await client.RequireAsync();
        string topic = $"partitioned-{Guid.NewGuid()}";
        await InteropSuite.Node.CreateTopicAsync(topic, Partitions);
        ClientRecord[] records =
            [.. keys.Select(key => new ClientRecord { Timestamp = 1_432_155_934_567, Key = key, Value = key })];
        IReadOnlyList<Stored> stored = await client.ProduceAsync(topic, records);
        return [.. stored.Select(place => place.Partition)];
    }
}

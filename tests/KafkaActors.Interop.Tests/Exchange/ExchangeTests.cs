using KafkaActors.Protocol.Records;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>
/// What one client writes every other reads, byte for byte. A topic for each writer, a partition for each codec.
/// </summary>
[Category("Interop")]
internal sealed class ExchangeTests
{
    private readonly Dictionary<IRecordClient, IReadOnlyList<ClientRecord>> _written = [];

    private static IReadOnlyList<IRecordClient> Producers => RecordClients.Producers;

    private static IEnumerable<TestCaseData> Pairs =>
        from producer in RecordClients.Producers
        from consumer in RecordClients.Consumers
        select new TestCaseData(producer, consumer).SetArgDisplayNames($"{producer}", $"{consumer}");

    [TestCaseSource(nameof(Producers))]
    public async Task Records_get_the_offsets_in_their_order(object producer)
    {
        IReadOnlyList<ClientRecord> written = await WriteAsync((IRecordClient)producer);
        foreach (IGrouping<int?, ClientRecord> partition in written.GroupBy(record => record.Partition))
        {
            Assert.That(
                partition.Select(record => record.Offset), Is.EqualTo(Enumerable.Range(0, partition.Count())));
        }
    }

    [TestCaseSource(nameof(Producers))]
    public async Task Batches_are_stored_in_the_codec_that_they_came_in(object producer)
    {
        var client = (IRecordClient)producer;
        IReadOnlyList<ClientRecord> written = await WriteAsync(client);
        foreach ((int partition, string codec) in client.Codecs.Index())
        {
            IReadOnlyList<RecordBatch> batches = InteropSuite.Node.Batches(Topic(client), partition);
            Assert.That(
                batches.Sum(batch => batch.RecordCount), Is.EqualTo(written.Count / client.Codecs.Count), codec);
            Assert.That(
                batches.Select(batch => batch.Attributes.Compression),
                Does.Contain(Enum.Parse<CompressionType>(codec, ignoreCase: true)), codec);
        }
    }

    [TestCaseSource(nameof(Pairs))]
    public async Task Records_are_read_as_they_were_written(object producer, object consumer)
    {
        IReadOnlyList<ClientRecord> written = await WriteAsync((IRecordClient)producer);
        await ((IRecordClient)consumer).RequireAsync();

        IReadOnlyList<ClientRecord> read = await ((IRecordClient)consumer).ConsumeAsync(Topic((IRecordClient)producer));

        Assert.That(Lines(read), Is.EqualTo(Lines(written)));
    }

    // Within a partition in the order given: that is the client's promise.
    private static string[] Lines(IEnumerable<ClientRecord> records) =>
        [.. records.OrderBy(record => record.Partition).Select(record => record.ToString())];

    private static string Topic(IRecordClient client) =>
        "exchange-" + new string([.. client.ToString()!.Select(letter => char.IsAsciiLetter(letter) ? letter : '-')]);

    /// <summary>Writes the samples once for each client; the records say where they are.</summary>
    private async Task<IReadOnlyList<ClientRecord>> WriteAsync(IRecordClient client)
    {
        await client.RequireAsync();
        if (_written.TryGetValue(client, out IReadOnlyList<ClientRecord>? already)) return already;
        await InteropSuite.Node.CreateTopicAsync(Topic(client), client.Codecs.Count);
        ClientRecord[] records =
            [.. client.Codecs.Index().SelectMany(codec => SampleRecords.Of(codec.Index, codec.Item))];
        IReadOnlyList<Stored> stored = await client.ProduceAsync(Topic(client), records);
        Assert.That(stored, Has.Count.EqualTo(records.Length));
        Assert.That(
            stored.Select(place => (int?)place.Partition), Is.EqualTo(records.Select(record => record.Partition)));
        return _written[client] =
            [.. records.Zip(stored, (record, place) => record with { Offset = place.Offset })];
    }
}

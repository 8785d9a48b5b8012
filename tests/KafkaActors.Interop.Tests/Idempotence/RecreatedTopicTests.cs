using System.Text.Json;
using Confluent.Kafka;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Producing;
using KafkaActors.Interop.Tests.ConfluentKafka;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace KafkaActors.Interop.Tests.Idempotence;

/// <summary>
/// Idempotent producers that go on into a topic that was deleted and made again. The new partition is empty and does
/// not know them, so it refuses a sequence that is not the first (KAFKA-15591). This project's client begins anew under
/// another epoch; librdkafka takes the refusal of the first batch under way for a desynchronization and ends that
/// producer, in every version tried, and the next producer goes on.
/// </summary>
[Category("Interop")]
internal sealed class RecreatedTopicTests
{
    private const int Records = 100;

    private static KafkaNode Node => InteropSuite.Node;

    [Test]
    public async Task Client_actors_go_on_and_every_record_is_there_once_and_in_order()
    {
        const string topic = "recreated-actors";
        await Node.CreateTopicAsync(topic);
        await using RecordProducer producer = Node.Client.CreateRecordProducer();
        await SendAsync(producer, topic);
        await RecreateAsync(topic);
        Delivery[] second = await SendAsync(producer, topic);
        Assert.That(second.Select(delivery => delivery.Offset), Is.EqualTo(Enumerable.Range(0, Records)));
        IReadOnlyList<RecordBatch> batches = Node.Batches(topic, 0);
        Assert.That(batches[0].BaseSequence, Is.Zero);
    }

    [Test]
    public async Task Confluent_Kafka_ends_that_producer_and_the_next_one_goes_on()
    {
        const string topic = "recreated-confluent";
        await Node.CreateTopicAsync(topic);
        ProducerConfig config = new() { EnableIdempotence = true, LingerMs = 5 };
        using IProducer<byte[]?, byte[]?> first = Connect.Producer(config);
        await SendAsync(first, topic);
        await RecreateAsync(topic);
        var ended = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => SendAsync(first, topic));
        Assert.That(
            ended!.Error.Code,
            Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber).Or.EqualTo(ErrorCode.Local_Fatal));
        using IProducer<byte[]?, byte[]?> next = Connect.Producer(config);
        DeliveryResult<byte[]?, byte[]?>[] results = await SendAsync(next, topic);
        Assert.That(results.Select(result => result.Offset.Value), Is.EqualTo(Enumerable.Range(0, Records)));
    }

    [Test]
    public async Task Librdkafka_of_Debian_ends_that_producer_and_the_next_one_goes_on()
    {
        await ClientProgram.ConfluentPython.RequireAsync();
        IReadOnlyList<JsonElement> steps = await Scripts.RunAsync(
            "python/confluent_python_recreated.py", [Node.Kafka, "recreated-python"]);
        int[] all = [.. Enumerable.Range(0, Records)];
        Assert.That(Offsets(steps[0]), Is.EqualTo(all));
        Assert.That(Offsets(steps[1]), Is.Empty);
        Assert.That(steps[1].GetProperty("fatal").GetString(), Is.EqualTo("OUT_OF_ORDER_SEQUENCE_NUMBER"));
        Assert.That(Offsets(steps[2]), Is.EqualTo(all));
    }

    private static int[] Offsets(JsonElement step) =>
        [.. step.GetProperty("offsets").EnumerateArray().Select(offset => offset.GetInt32())];

    private static Task<Delivery[]> SendAsync(RecordProducer producer, string topic) =>
        Task.WhenAll(Enumerable.Range(0, Records).Select(number =>
            producer.ProduceAsync(new ProducerRecord(topic, null, new byte[] { (byte)number }))));

    private static Task<DeliveryResult<byte[]?, byte[]?>[]> SendAsync(
        IProducer<byte[]?, byte[]?> producer, string topic) =>
        Task.WhenAll(Enumerable.Range(0, Records).Select(number =>
            producer.ProduceAsync(topic, new() { Value = [(byte)number] })));

    private static async Task RecreateAsync(string topic)
    {
        TopicResult deleted = (await Node.Client.Admin.DeleteTopicsAsync([topic]))[0];
        Assert.That(deleted.Error, Is.EqualTo(Protocol.ErrorCode.None), deleted.Message);
        await Eventually.True(
            async () =>
            {
                NewTopic wanted = new(topic, 1, 1, [], new Dictionary<string, string>());
                return (await Node.Client.Admin.CreateTopicsAsync([wanted]))[0].Error == Protocol.ErrorCode.None;
            },
            "the topic is made again");
    }
}

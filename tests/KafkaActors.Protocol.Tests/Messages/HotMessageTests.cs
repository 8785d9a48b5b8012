using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>What is read and written for every batch leaves little garbage.</summary>
public sealed class HotMessageTests
{
    private const int Rounds = 1_000;

    [Test]
    public void Reading_a_produce_request_allocates_its_objects_and_nothing_else()
    {
        var partition = new ProduceRequest.PartitionProduceData { Records = new MemoryRecords(new byte[10_000]) };
        var request = new ProduceRequest { TopicData = [new() { Name = "topic", PartitionData = [partition] }] };
        using var writer = new ProtocolWriter();
        request.Write(writer, 11);
        byte[] bytes = writer.ToArray();
        long allocated = AllocatedPerRound(() =>
        {
            var reader = new ProtocolReader(bytes);
            ProduceRequest.Read(ref reader, 11);
        });

        // The request, a topic, a partition, the records, two arrays of one, and the topic's name.
        Assert.That(allocated, Is.LessThanOrEqualTo(320));
    }

    [TestCase((short)11)]
    [TestCase((short)17)]
    public void Writing_a_fetch_response_allocates_nothing(short version)
    {
        var partition = new FetchResponse.PartitionData { Records = new MemoryRecords(new byte[10_000]) };
        var response = new FetchResponse { Responses = [new() { Topic = "topic", Partitions = [partition] }] };
        using var writer = new ProtocolWriter();
        long allocated = AllocatedPerRound(() =>
        {
            writer.Clear();
            ResponseFrame.Write(writer, ApiKey.Fetch, version, correlationId: 1, response);
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(writer.Length, Is.LessThan(200));
    }

    private static long AllocatedPerRound(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++) action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}

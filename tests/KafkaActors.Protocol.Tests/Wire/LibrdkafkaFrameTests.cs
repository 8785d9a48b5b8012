using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Wire;

/// <summary>
/// Whole requests as kcat 1.7.1 sent them, with librdkafka 2.0.2 (older versions) and 2.16.0 (flexible ones), to a
/// scripted peer that offered every version: <c>kcat -P</c> with idempotence, <c>-C</c> and <c>-L</c>, client.id=edge.
/// </summary>
public sealed class LibrdkafkaFrameTests
{
    private const string ApiVersions3 = "000000220012000300000001000465646765000b6c696272646b61666b6107322e31362e3000";
    private const string Metadata4 = "0000001900030004000000020004656467650000000100046c6f677301";
    private const string Metadata12 = "000000130003000c000000020004656467650001000000";
    private const string AllTopics12 = "000000160003000c000000030004656467650000000000010000";
    private const string InitProducerId4 = "0000001f00160004000000020004656467650000ffffffffffffffffffffffffffff00";
    private const string Produce7 =
        "000000750000000700000004000465646765ffffffff000075300000000100046c6f6773000000010000000000000049" +
        "00000000000000000000003d00000000020d91aca9000000000000000001a2165c4956000001a2165c49560000000000" +
        "0000050000000000000000000116000000010a68656c6c6f00";
    private const string Produce10 =
        "0000006e0000000a000000030004656467650000ffff0000753002056c6f677302000000004a00000000000000000000" +
        "003d0000000002dc185fb3000000000000000001a2165c71a0000001a2165c71a0000000000000000500000000000000" +
        "00000116000000010a68656c6c6f00000000";
    private const string ListOffsets2 =
        "0000002d0002000200000002000465646765ffffffff010000000100046c6f67730000000100000000fffffffffffffffe";
    private const string ListOffsets7 =
        "0000002e000200070000000300046564676500ffffffff0102056c6f6773020000000000000003fffffffffffffffe000000";
    private const string Fetch11 =
        "000000570001000b00000005000465646765ffffffff000001f400000001032000000100000000ffffffff0000000100" +
        "046c6f67730000000100000000ffffffff0000000000000000ffffffffffffffff00100000000000000000";
    private const string Fetch16 =
        "0000005b000100100000000400046564676500000001f400000001032000000100000000ffffffff0200000000000000" +
        "00000000000000004d0200000000000000030000000000000000ffffffffffffffffffffffff001000000000010100";

    [TestCase(ApiVersions3, ApiKey.ApiVersions, 3)]
    [TestCase(Metadata4, ApiKey.Metadata, 4)]
    [TestCase(Metadata12, ApiKey.Metadata, 12)]
    [TestCase(InitProducerId4, ApiKey.InitProducerId, 4)]
    [TestCase(Produce7, ApiKey.Produce, 7)]
    [TestCase(Produce10, ApiKey.Produce, 10)]
    [TestCase(ListOffsets2, ApiKey.ListOffsets, 2)]
    [TestCase(ListOffsets7, ApiKey.ListOffsets, 7)]
    [TestCase(Fetch11, ApiKey.Fetch, 11)]
    [TestCase(Fetch16, ApiKey.Fetch, 16)]
    public void A_frame_is_read_to_its_end_and_written_the_same(string hex, ApiKey api, int version)
    {
        IRequestMessage request = Read(hex, out RequestHeader header, out int remaining);
        Assert.That(remaining, Is.Zero);
        var expected = new RequestHeader((short)api, (short)version, header.CorrelationId, "edge");
        Assert.That(header, Is.EqualTo(expected));
        using var writer = new ProtocolWriter();
        RequestFrame.Write(writer, request, header.Version, header.CorrelationId, header.ClientId);
        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo(hex).IgnoreCase);
    }

    [TestCase(Produce7)]
    [TestCase(Produce10)]
    public void A_produce_request_carries_the_batch_it_was_given(string hex)
    {
        var request = (ProduceRequest)Read(hex, out _, out _);
        Assert.That(request.TransactionalId, Is.Null);
        Assert.That(request.Acks, Is.EqualTo(-1));
        Assert.That(request.TimeoutMs, Is.EqualTo(30_000));
        ProduceRequest.TopicProduceData topic = request.TopicData.Single();
        Assert.That(topic.Name, Is.EqualTo("logs"));
        var records = (MemoryRecords)topic.PartitionData.Single().Records!;
        Assert.That(RecordBatch.TryRead(records.Bytes, out RecordBatch batch), Is.True);
        Assert.That(batch.IsCrcValid(), Is.True);
        Assert.That(batch.ProducerId, Is.EqualTo(5));
    }

    [Test]
    public void A_fetch_by_topic_id_says_where_from()
    {
        var request = (FetchRequest)Read(Fetch16, out _, out _);
        FetchRequest.FetchTopic topic = request.Topics.Single();
        Assert.That(topic.TopicId.Value, Is.EqualTo(new Guid("00000000-0000-0000-0000-00000000004d")));
        FetchRequest.FetchPartition partition = topic.Partitions.Single();
        Assert.That(partition.CurrentLeaderEpoch, Is.EqualTo(new LeaderEpoch(3)));
        Assert.That(partition.PartitionMaxBytes, Is.EqualTo(1 << 20));
        Assert.That(request.ReplicaState, Is.Null);
        Assert.That(request.ReplicaId, Is.EqualTo(NodeId.None));
    }

    [Test]
    public void An_all_topics_request_with_bytes_too_many_is_understood()
    {
        // librdkafka writes the null array as four zero bytes where one would do; three bytes are left over.
        var request = (MetadataRequest)Read(AllTopics12, out RequestHeader header, out int remaining);
        Assert.That(header.Version, Is.EqualTo(12));
        Assert.That(request.Topics, Is.Null);
        Assert.That(request.AllowAutoTopicCreation, Is.False);
        Assert.That(remaining, Is.EqualTo(3));
    }

    private static IRequestMessage Read(string hex, out RequestHeader header, out int remaining)
    {
        var reader = new ProtocolReader(Convert.FromHexString(hex));
        Assert.That(reader.ReadInt32(), Is.EqualTo(reader.Remaining));
        header = RequestHeader.Read(ref reader);
        Assert.That(ApiMessages.TryGet(header.Key, out ApiDescription? api), Is.True);
        IRequestMessage request = api!.ReadRequest(ref reader, header.Version);
        remaining = reader.Remaining;
        return request;
    }
}

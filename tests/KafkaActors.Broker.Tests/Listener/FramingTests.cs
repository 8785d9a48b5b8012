using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>How requests lie in the stream of bytes, and what of it is no request.</summary>
public sealed class FramingTests
{
    [Test]
    public async Task A_request_may_be_split_at_every_byte()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        foreach (ApiKey api in new[] { ApiKey.ApiVersions, ApiKey.Produce, ApiKey.Fetch, ApiKey.Metadata })
        {
            IRequestMessage request = SampleRequests.Of(api, topic, id);
            int length = KafkaWireClient.Frame(request, KafkaWireClient.Newest(request)).Length;
            for (int split = 1; split < length; split++)
            {
                byte[] frame = client.Begin(request, KafkaWireClient.Newest(request));
                await client.SendRawAsync(frame.AsMemory(0, split));
                await client.SendRawAsync(frame.AsMemory(split));
                Assert.That(NameOf(await client.ReceiveAsync()), Is.EqualTo($"{api}Response"), $"split at {split}");
            }
        }
    }

    [Test]
    public async Task Requests_may_be_written_together_and_are_answered_in_their_order()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        ApiKey[] apis = [ApiKey.Metadata, ApiKey.Produce, ApiKey.DescribeConfigs, ApiKey.Fetch, ApiKey.ListOffsets];
        IRequestMessage[] requests =
            [.. Enumerable.Range(0, 200).Select(index => SampleRequests.Of(apis[index % apis.Length], topic, id))];
        byte[] together =
            [.. requests.SelectMany(request => client.Begin(request, KafkaWireClient.Newest(request)))];
        await client.SendRawAsync(together);
        foreach (IRequestMessage request in requests)
            Assert.That(NameOf(await client.ReceiveAsync()), Is.EqualTo($"{request.Api}Response"));
    }

    [Test]
    public async Task A_response_waits_for_those_before_it()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        using KafkaWireClient producer = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        FetchRequest fetch = SampleRequests.Fetch(topic, id, 0);
        fetch.MaxWaitMs = 30_000;
        await client.SendAsync(fetch);
        await client.SendAsync(new ApiVersionsRequest(), 0);
        await producer.AskAsync<ProduceResponse>(SampleRequests.Produce(topic, SampleRequests.Batch("a")));
        Assert.That(await client.ReceiveAsync(), Is.TypeOf<FetchResponse>());
        Assert.That(await client.ReceiveAsync(), Is.TypeOf<ApiVersionsResponse>());
    }

    // librdkafka asks for all topics with three bytes too many (Metadata v9 and later).
    [Test]
    public async Task Bytes_that_follow_a_request_within_its_frame_are_nobodys_concern()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        foreach (ApiKey api in new[] { ApiKey.Metadata, ApiKey.Produce, ApiKey.Fetch, ApiKey.ApiVersions })
        {
            IRequestMessage request = SampleRequests.Of(api, topic, id);
            byte[] frame = [.. client.Begin(request, KafkaWireClient.Newest(request)), 0x01, 0x00, 0x00];
            BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(int));
            await client.SendRawAsync(frame);
            Assert.That(NameOf(await client.ReceiveAsync()), Is.EqualTo($"{api}Response"));
        }
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(104_857_601)]
    [TestCase(0)]
    [TestCase(3)]
    public async Task A_length_that_is_no_requests_closes_the_connection(int length)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        byte[] frame = new byte[sizeof(int) + 16];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        await client.SendRawAsync(frame);
        Assert.That(await client.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task A_client_that_has_closed_its_side_is_let_go()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        await client.SendAsync(new ApiVersionsRequest(), 0);
        Assert.That(await client.ReceiveAsync(), Is.TypeOf<ApiVersionsResponse>());
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.That(await client.IsClosedAsync(), Is.True);
    }

    [TestCase("kafka", NamedListener.DefaultName)]
    [TestCase("other", "OTHER")]
    public async Task Each_listener_answers_with_its_own_addresses(string door, string listener)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync(door);
        NodeDoor at = ListenerNode.Door(ListenerNode.Node, door);
        string host = listener == "OTHER" ? ListenerNode.OtherHost : "127.0.0.1";
        var metadata = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] });
        var cluster = await client.AskAsync<DescribeClusterResponse>(new DescribeClusterRequest());
        Assert.That((metadata.Brokers[0].Host, metadata.Brokers[0].Port), Is.EqualTo((host, at.Port)));
        Assert.That((cluster.Brokers[0].Host, cluster.Brokers[0].Port), Is.EqualTo((host, at.Port)));
        Assert.That(metadata.Brokers, Has.Count.EqualTo(1));
        Assert.That(metadata.ControllerId, Is.EqualTo(metadata.Brokers[0].NodeId));
    }

    private static string NameOf(IResponseMessage response) => response.GetType().Name;
}

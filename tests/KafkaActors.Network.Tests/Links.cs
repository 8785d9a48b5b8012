using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Network.Tests;

/// <summary>Links with short pauses, and requests to send over them.</summary>
internal static class Links
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    public static ConnectionSettings Settings { get; } = new()
    {
        ClientId = "test",
        ReconnectBackoff = TimeSpan.FromMilliseconds(10),
        ReconnectBackoffMax = TimeSpan.FromMilliseconds(50),
    };

    public static HeartbeatRequest Heartbeat(string group = "g") => new() { GroupId = group, MemberId = "m" };

    public static BrokerLink To(
        ScriptedBroker broker, ConnectionSettings? settings = null, IStreamOpener? streams = null) =>
        new(
            new BrokerAddress("127.0.0.1", broker.Port),
            streams ?? SocketOpener.Instance,
            settings ?? Settings,
            TimeProvider.System,
            new Random(7));

    /// <summary>A request to append so many bytes, which stand for a record batch.</summary>
    public static ProduceRequest Produce(short acks, byte[] records) => new()
    {
        Acks = acks,
        TopicData =
        [
            new ProduceRequest.TopicProduceData
            {
                Name = "t",
                PartitionData =
                [
                    new ProduceRequest.PartitionProduceData { Records = new MemoryRecords(records) },
                ],
            },
        ],
    };

    public static FetchResponse Fetched(byte[] records) => new()
    {
        Responses =
        [
            new FetchResponse.FetchableTopicResponse
            {
                Partitions = [new FetchResponse.PartitionData { Records = new MemoryRecords(records) }],
            },
        ],
    };

    public static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<BrokerFault> FaultOf(Task response)
    {
        try
        {
            await response;
        }
        catch (BrokerException exception)
        {
            return exception.Fault;
        }

        throw new AssertionException("the request was answered");
    }
}

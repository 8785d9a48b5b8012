using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Handlers;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>
/// Base of fixtures that speak as a client with a session: in objects, or in the parts of frames.
/// </summary>
public abstract class SessionTest : HandlerTest
{
    internal async Task<ProduceResponse.PartitionProduceResponse> Append(
        IActorRef session, PartitionHandle partition, byte[] batch, long id = 1)
    {
        session.Tell(Object(id, Produce(partition, batch)), TestActor);
        return Row(await ExpectResponse<ProduceResponse>().ConfigureAwait(false));
    }

    internal async Task<FetchResponse.PartitionData> Read(IActorRef session, PartitionHandle partition)
    {
        session.Tell(Object(50, Request(partition, 0, maxWaitMs: 0)), TestActor);
        return Row(await ExpectResponse<FetchResponse>().ConfigureAwait(false));
    }

    internal async Task<T> ExpectResponse<T>()
        where T : class, IResponseMessage
    {
        var response = await ExpectMsgAsync<SessionProtocol.Response>().ConfigureAwait(false);
        return (T)response.Message;
    }

    /// <summary>The parts of one frame, which come next, as the response they are.</summary>
    internal async Task<(IResponseMessage Response, int Parts)> ExpectFrame(ApiKey key)
    {
        var part = await ExpectMsgAsync<SessionProtocol.FramePart>().ConfigureAwait(false);
        var frame = new FrameAssembly(part.FrameBytes);
        int parts = 1;
        Assert.That(frame.TryAdd(part), Is.True);
        for (; !frame.IsWhole; parts++)
            Assert.That(frame.TryAdd(await ExpectMsgAsync<SessionProtocol.FramePart>().ConfigureAwait(false)), Is.True);
        ApiMessages.TryGet((short)key, out ApiDescription? api);
        var reader = new ProtocolReader(frame.Bytes);
        ResponseHeader.Read(ref reader, key, api!.Advertised.Max);
        return (api.ReadResponse(ref reader, api.Advertised.Max), parts);
    }

    internal static SessionProtocol.Request Object(long id, IRequestMessage request) =>
        new(id, HeaderOf(request), request);

    internal static SessionProtocol.FramePart[] Parts(long id, IRequestMessage request)
    {
        using var writer = new ProtocolWriter();
        RequestHeader header = HeaderOf(request);
        header.Write(writer);
        request.Write(writer, header.Version);
        return [.. FrameParts.Of(id, writer)];
    }

    internal static ProduceRequest Produce(PartitionHandle partition, byte[] batch, short acks = -1) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TopicData =
        [
            new()
            {
                Name = partition.Name.Topic,
                PartitionData = [new() { Index = partition.Name.Partition, Records = new MemoryRecords(batch) }],
            },
        ],
    };

    internal static ProduceResponse.PartitionProduceResponse Row(ProduceResponse response) =>
        response.Responses[0].PartitionResponses[0];

    internal static FetchResponse.PartitionData Row(FetchResponse response) => response.Responses[0].Partitions[0];

    private static RequestHeader HeaderOf(IRequestMessage request)
    {
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api);
        return new RequestHeader((short)request.Api, api!.Advertised.Max, 0, "test");
    }
}

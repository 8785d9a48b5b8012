using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>A session of this ActorSystem: requests and responses pass as they are.</summary>
internal sealed class ObjectCarrier(SessionProtocol.Connected session, IActorRef connection, string clientId)
    : SessionCarrier(session, connection, clientId)
{
    public override string? Prepare(PendingRequest pending)
    {
        pending.Credit = RequestCredit.OfObject(pending.Ask.Request);
        return null;
    }

    public override void Send(long correlationId, PendingRequest pending)
    {
        IRequestMessage message = pending.Ask.Request is ProduceRequest produce ? Copy(produce) : MessageOf(pending);
        Session.Tell(new SessionProtocol.Request(correlationId, HeaderOf(pending), message), Connection);
    }

    public override ConnectionProtocol.Answered? Receive(PendingRequest pending, IReply reply) => reply switch
    {
        SessionProtocol.Response response => Answer(pending, response.Message),
        _ => Fail(pending, $"the node answered with a {reply.GetType().Name}."),
    };

    // The leader writes offsets into the very batches that may have to be sent again.
    private static ProduceRequest Copy(ProduceRequest request) => new()
    {
        TransactionalId = request.TransactionalId,
        Acks = request.Acks,
        TimeoutMs = request.TimeoutMs,
        TopicData = [.. request.TopicData.Select(topic => new ProduceRequest.TopicProduceData
        {
            Name = topic.Name,
            PartitionData = [.. topic.PartitionData.Select(partition => new ProduceRequest.PartitionProduceData
            {
                Index = partition.Index, Records = Copy(partition.Records),
            })],
        })],
    };

    private static MemoryRecords? Copy(IRecords? records)
    {
        if (records is null) return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(records.SizeInBytes);
        records.CopyTo(0, bytes);
        return new MemoryRecords(bytes);
    }
}

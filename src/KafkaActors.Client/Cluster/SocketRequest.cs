using Akka.Actor;
using KafkaActors.Network;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>A request to a broker: whoever asked is told its response by the thread that read it.</summary>
internal sealed class SocketRequest(ConnectionProtocol.Ask ask, IActorRef replyTo, IActorRef connection)
    : BrokerRequest(ask.Request, ask.Timeout)
{
    /// <summary>To an append without acknowledgement, once it is written. Shared, and written by nobody.</summary>
    private static readonly ProduceResponse WithoutAcknowledgement = new();

    protected override void OnAnswered(IResponseMessage? response, short version) => replyTo.Tell(
        new ConnectionProtocol.Answered(
            ask.Tag, response ?? WithoutAcknowledgement, version, ErrorCode.None, null),
        connection);

    protected override void OnFailed(BrokerFault fault) => replyTo.Tell(
        new ConnectionProtocol.Answered(ask.Tag, null, 0, fault.Error, fault.Message), connection);
}

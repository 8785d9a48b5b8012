using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>A request of one connection that waits for its session, for credit, or for its answer.</summary>
/// <param name="deadline">A timestamp of the clock.</param>
internal sealed class PendingRequest(ConnectionProtocol.Ask ask, IActorRef replyTo, long deadline)
{
    public ConnectionProtocol.Ask Ask => ask;

    public IActorRef ReplyTo => replyTo;

    public long Deadline => deadline;

    /// <summary>What a fetch asked for before it was cut down to its window; null for everything else.</summary>
    public int? FetchMaxBytes { get; } = (ask.Request as FetchRequest)?.MaxBytes;

    /// <summary>The highest that this client and the node know; set when it is written or sent.</summary>
    public short Version { get; set; }

    /// <summary>What it takes of the windows, from when it is sent until it is answered.</summary>
    public RequestCredit Credit { get; set; }

    /// <summary>The request as it will be sent; null until then, and within one ActorSystem.</summary>
    public ProtocolWriter? Frame { get; set; }

    /// <summary>Its response, while that arrives in parts.</summary>
    public FrameAssembly? Response { get; set; }

    public void Forget()
    {
        Frame?.Dispose();
        (Frame, Response) = (null, null);
    }
}

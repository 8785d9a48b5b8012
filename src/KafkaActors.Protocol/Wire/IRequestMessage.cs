using KafkaActors.Protocol.Messages;

namespace KafkaActors.Protocol.Wire;

/// <summary>The body of a request.</summary>
public interface IRequestMessage : IProtocolMessage
{
    ApiKey Api { get; }
}

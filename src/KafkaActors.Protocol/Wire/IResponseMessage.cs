namespace KafkaActors.Protocol.Wire;

/// <summary>The body of a response.</summary>
public interface IResponseMessage : IProtocolMessage;

using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>The static <c>Read</c> of any message class.</summary>
public delegate IProtocolMessage MessageReader(ref ProtocolReader reader, short version);

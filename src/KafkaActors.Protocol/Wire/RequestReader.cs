namespace KafkaActors.Protocol.Wire;

/// <summary>Reads the body of one API's request.</summary>
/// <exception cref="ProtocolViolationException">The bytes are not such a request.</exception>
public delegate IRequestMessage RequestReader(ref ProtocolReader reader, short version);

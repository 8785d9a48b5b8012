namespace KafkaActors.Protocol.Wire;

/// <summary>Reads the body of one API's response.</summary>
/// <exception cref="ProtocolViolationException">The bytes are not such a response.</exception>
public delegate IResponseMessage ResponseReader(ref ProtocolReader reader, short version);

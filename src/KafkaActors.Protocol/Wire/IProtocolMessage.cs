namespace KafkaActors.Protocol.Wire;

/// <summary>
/// A body of the Kafka protocol, generated from its definition. Its class also has
/// <c>static Read(ref ProtocolReader, short version)</c> and the range of versions it knows.
/// </summary>
public interface IProtocolMessage
{
    /// <summary>
    /// Writes the body as <paramref name="version"/> has it: fields which that version lacks are left out.
    /// </summary>
    /// <exception cref="InvalidOperationException">A field is null in a version that has no null for it.</exception>
    void Write(ProtocolWriter writer, short version);
}

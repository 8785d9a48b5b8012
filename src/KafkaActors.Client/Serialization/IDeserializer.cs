namespace KafkaActors.Client.Serialization;

/// <summary>Turns the bytes of a key or value back. Stateless, or safe for several threads.</summary>
public interface IDeserializer<out T>
{
    /// <param name="data">A slice of the batch that was fetched: copy what is to be kept for long. Null for
    /// null.</param>
    T Deserialize(string topic, ReadOnlyMemory<byte>? data);
}

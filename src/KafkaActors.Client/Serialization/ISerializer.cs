namespace KafkaActors.Client.Serialization;

/// <summary>Turns a key or value into bytes. Stateless, or safe for several threads.</summary>
public interface ISerializer<in T>
{
    /// <summary>Null stands for a null key, or a tombstone. The memory is read before the send returns.</summary>
    ReadOnlyMemory<byte>? Serialize(string topic, T data);
}

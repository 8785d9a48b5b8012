using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>
/// One record of a coordinator's internal topic, as Kafka writes all of them: key and value each begin with two bytes
/// of version, and the key's tells the kind of record. Its bytes are made once, when they are first asked for: they are
/// counted before they are appended, so its messages do not change any more then.
/// </summary>
/// <param name="keyType">Kafka's key version, which names the kind of record.</param>
/// <param name="value">Null is a tombstone.</param>
/// <param name="valueVersion">The schema version the value is written in; means nothing for a tombstone.</param>
public sealed class CoordinatorRecord(
    short keyType, IProtocolMessage key, IProtocolMessage? value, short valueVersion)
{
    private ReadOnlyMemory<byte>? _encodedKey;
    private ReadOnlyMemory<byte>? _encodedValue;

    public short KeyType => keyType;

    public IProtocolMessage Key => key;

    public IProtocolMessage? Value => value;

    public short ValueVersion => valueVersion;

    public ReadOnlyMemory<byte> EncodedKey => _encodedKey ??= Encode(key, keyType);

    /// <summary>Null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? EncodedValue
    {
        get
        {
            if (_encodedValue is null && value is not null) _encodedValue = Encode(value, valueVersion);
            return _encodedValue;
        }
    }

    private static ReadOnlyMemory<byte> Encode(IProtocolMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.ToArray();
    }
}

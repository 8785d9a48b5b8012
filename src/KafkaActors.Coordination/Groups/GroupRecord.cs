using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// One record of <c>__consumer_offsets</c>, in Kafka's own key and value schemas. Its bytes are made once, when they
/// are first asked for: a group counts them before it appends them, so its messages do not change any more then.
/// </summary>
/// <param name="keyType">Kafka's key version, which names the kind of record.</param>
/// <param name="value">Null is a tombstone.</param>
/// <param name="valueVersion">The schema version the value is written in; means nothing for a tombstone.</param>
public sealed class GroupRecord(short keyType, IProtocolMessage key, IProtocolMessage? value, short valueVersion)
{
    private ReadOnlyMemory<byte>? _encodedKey;
    private ReadOnlyMemory<byte>? _encodedValue;

    public short KeyType => keyType;

    public IProtocolMessage Key => key;

    public IProtocolMessage? Value => value;

    public short ValueVersion => valueVersion;

    public ReadOnlyMemory<byte> EncodedKey => _encodedKey ??= GroupRecordCodec.EncodeKey(this);

    /// <summary>Null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? EncodedValue
    {
        get
        {
            if (_encodedValue is null && value is not null) _encodedValue = GroupRecordCodec.EncodeValue(this);
            return _encodedValue;
        }
    }
}

using System.Buffers.Binary;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// The control record that ends a transaction (KIP-98). Key: int16 version, int16 type. Value: int16 version, int32
/// coordinator epoch. Later versions may append fields, which a reader skips.
/// </summary>
public readonly record struct EndTransactionMarker(ControlRecordType Type, CoordinatorEpoch CoordinatorEpoch)
{
    public const int KeySize = 2 * sizeof(short);
    public const int ValueSize = sizeof(short) + sizeof(int);

    private const short Version = 0;

    /// <summary>
    /// False when the record is no such marker: of another type, too short, or of a negative version.
    /// </summary>
    public static bool TryRead(in RecordView record, out EndTransactionMarker marker)
    {
        marker = default;
        if (record.Key is not { Length: >= KeySize } key || record.Value is not { Length: >= ValueSize } value)
            return false;
        var type = (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key.Span[sizeof(short)..]);
        bool known = type is ControlRecordType.Abort or ControlRecordType.Commit;
        if (!known || BinaryPrimitives.ReadInt16BigEndian(key.Span) < 0) return false;
        if (BinaryPrimitives.ReadInt16BigEndian(value.Span) < 0) return false;
        marker = new(type, new(BinaryPrimitives.ReadInt32BigEndian(value.Span[sizeof(short)..])));
        return true;
    }

    public void WriteKey(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, Version);
        BinaryPrimitives.WriteInt16BigEndian(destination[sizeof(short)..], (short)Type);
    }

    public void WriteValue(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, Version);
        BinaryPrimitives.WriteInt32BigEndian(destination[sizeof(short)..], CoordinatorEpoch.Value);
    }
}

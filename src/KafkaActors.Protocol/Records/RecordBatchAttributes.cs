namespace KafkaActors.Protocol.Records;

/// <summary>The attribute bits of a record batch; their places stand at <see cref="RecordBatchLayout"/>.</summary>
public readonly record struct RecordBatchAttributes(short Value)
{
    private const int CompressionMask = 0x07;
    private const int TimestampTypeBit = 0x08;
    private const int TransactionalBit = 0x10;
    private const int ControlBit = 0x20;
    private const int DeleteHorizonBit = 0x40;

    public CompressionType Compression => (CompressionType)(Value & CompressionMask);

    public TimestampType TimestampType =>
        (Value & TimestampTypeBit) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public bool IsTransactional => (Value & TransactionalBit) != 0;

    public bool IsControl => (Value & ControlBit) != 0;

    /// <summary>The base timestamp is the delete horizon of the batch's tombstones (KIP-534).</summary>
    public bool HasDeleteHorizon => (Value & DeleteHorizonBit) != 0;

    public static RecordBatchAttributes Of(
        CompressionType compression, bool isTransactional = false, bool isControl = false) =>
        new((short)((int)compression | (isTransactional ? TransactionalBit : 0) | (isControl ? ControlBit : 0)));

    public RecordBatchAttributes With(CompressionType compression) =>
        new((short)((Value & ~CompressionMask) | (int)compression));

    public RecordBatchAttributes With(TimestampType type) =>
        new((short)(type == TimestampType.LogAppendTime ? Value | TimestampTypeBit : Value & ~TimestampTypeBit));

    public RecordBatchAttributes WithDeleteHorizon(bool isSet) =>
        new((short)(isSet ? Value | DeleteHorizonBit : Value & ~DeleteHorizonBit));
}

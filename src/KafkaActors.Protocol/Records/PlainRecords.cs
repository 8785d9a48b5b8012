namespace KafkaActors.Protocol.Records;

/// <summary>Records that are in memory as they are.</summary>
internal ref struct PlainRecords(ReadOnlySpan<byte> records) : IRecordSource
{
    private readonly ReadOnlySpan<byte> _records = records;
    private int _position;

    public bool TryRead(out RecordFields fields) => RecordFields.TryRead(_records, ref _position, out fields);

    public readonly int CountLeft() => _records.Length - _position;
}

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// What was written, on its way out: the writer's bytes, and in its gaps the records, which are copied from where they
/// are only when whoever sends has room for them.
/// </summary>
public sealed class WrittenFrames(ProtocolWriter writer)
{
    private int _written;
    private int _gapRead;

    /// <summary>How many gaps are behind.</summary>
    public int Gap { get; private set; }

    public bool IsAtEnd => Gap == writer.Gaps.Count && _written == writer.Length;

    /// <summary>Copies what comes next, as much as fits; how much that was.</summary>
    public int CopyTo(Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length && !IsAtEnd)
        {
            copied += AtGap ? CopyRecords(destination[copied..]) : CopyWritten(destination[copied..]);
        }

        return copied;
    }

    private bool AtGap => Gap < writer.Gaps.Count && writer.Gaps[Gap].Position == _written;

    private int CopyWritten(Span<byte> destination)
    {
        int end = Gap < writer.Gaps.Count ? writer.Gaps[Gap].Position : writer.Length;
        int count = Math.Min(end - _written, destination.Length);
        writer.WrittenMemory.Span.Slice(_written, count).CopyTo(destination);
        _written += count;
        return count;
    }

    private int CopyRecords(Span<byte> destination)
    {
        IRecords records = writer.Gaps[Gap].Records;
        int count = Math.Min(records.SizeInBytes - _gapRead, destination.Length);
        records.CopyTo(_gapRead, destination[..count]);
        _gapRead += count;
        if (_gapRead == records.SizeInBytes) (Gap, _gapRead) = (Gap + 1, 0);
        return count;
    }
}

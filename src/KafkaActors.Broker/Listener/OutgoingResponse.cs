using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// One response on its way out: the bytes that were written, and in their gaps the records, which are read from the
/// log's pages only when the socket takes them. Owned by its connection's responses, which release it once it is sent.
/// </summary>
internal sealed class OutgoingResponse(ProtocolWriter writer)
{
    private int _written;
    private int _gap;
    private int _gapRead;
    private int _coldGaps;

    public long Length => writer.TotalLength;

    /// <summary>What it holds in memory: all but the records.</summary>
    public int HeldBytes => writer.Length;

    /// <summary>Whether copying what comes next may wait for the disk.</summary>
    public bool IsCold => _gap < _coldGaps;

    public bool IsSent => _gap == writer.Gaps.Count && _written == writer.Length;

    public void Write(RequestHeader request, short version, IResponseMessage response)
    {
        ResponseFrame.Write(writer, request.Api, version, request.CorrelationId, response);
        for (int gap = 0; gap < writer.Gaps.Count; gap++)
        {
            if (writer.Gaps[gap].Records is LogRecords { IsCold: true }) _coldGaps = gap + 1;
        }
    }

    /// <summary>Copies what comes next, as much as fits; how much that was.</summary>
    public int CopyTo(Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length && !IsSent)
        {
            copied += AtGap ? CopyRecords(destination[copied..]) : CopyWritten(destination[copied..]);
        }

        return copied;
    }

    /// <summary>Lets go of its buffer and of the segments it reads from.</summary>
    public void Release()
    {
        foreach (RecordsGap gap in writer.Gaps) (gap.Records as IDisposable)?.Dispose();
        writer.Dispose();
    }

    private bool AtGap => _gap < writer.Gaps.Count && writer.Gaps[_gap].Position == _written;

    private int CopyWritten(Span<byte> destination)
    {
        int end = _gap < writer.Gaps.Count ? writer.Gaps[_gap].Position : writer.Length;
        int count = Math.Min(end - _written, destination.Length);
        writer.WrittenMemory.Span.Slice(_written, count).CopyTo(destination);
        _written += count;
        return count;
    }

    private int CopyRecords(Span<byte> destination)
    {
        IRecords records = writer.Gaps[_gap].Records;
        int count = Math.Min(records.SizeInBytes - _gapRead, destination.Length);
        records.CopyTo(_gapRead, destination[..count]);
        _gapRead += count;
        if (_gapRead == records.SizeInBytes) (_gap, _gapRead) = (_gap + 1, 0);
        return count;
    }
}

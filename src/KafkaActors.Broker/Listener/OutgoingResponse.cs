using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// One response on its way out: the bytes that were written, and in their gaps the records, which are read from the
/// log's pages only when the socket takes them. Owned by its connection's responses, which release it once it is sent.
/// </summary>
internal sealed class OutgoingResponse(ProtocolWriter writer)
{
    private readonly WrittenFrames _frames = new(writer);
    private int _coldGaps;

    /// <summary>What it answers.</summary>
    public RequestContext? Request { get; init; }

    public long Length => writer.TotalLength;

    /// <summary>What it holds in memory: all but the records.</summary>
    public int HeldBytes => writer.Length;

    /// <summary>Whether copying what comes next may wait for the disk.</summary>
    public bool IsCold => _frames.Gap < _coldGaps;

    public bool IsSent => _frames.IsAtEnd;

    public void Write(RequestHeader request, short version, IResponseMessage response)
    {
        ResponseFrame.Write(writer, request.Api, version, request.CorrelationId, response);
        for (int gap = 0; gap < writer.Gaps.Count; gap++)
        {
            if (writer.Gaps[gap].Records is LogRecords { IsCold: true }) _coldGaps = gap + 1;
        }
    }

    /// <summary>Copies what comes next, as much as fits; how much that was.</summary>
    public int CopyTo(Span<byte> destination) => _frames.CopyTo(destination);

    /// <summary>Lets go of its buffer and of the segments it reads from.</summary>
    public void Release()
    {
        foreach (RecordsGap gap in writer.Gaps) (gap.Records as IDisposable)?.Dispose();
        writer.Dispose();
    }
}

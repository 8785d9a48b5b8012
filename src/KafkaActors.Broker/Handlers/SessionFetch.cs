using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One request of a <see cref="FetchSession"/>. The one that opens it tells of every partition, and with its answer the
/// session is remembered, if there is a place for it; a later one tells of what has changed.
/// </summary>
/// <param name="epoch">The session's while this request is its current one.</param>
/// <param name="version">Of the request, which need not be that of the one before.</param>
internal sealed class SessionFetch(
    FetchSessions sessions, FetchSession session, int epoch, short version,
    IsolationLevel isolation)
    : FetchScope
{
    private readonly bool _isOpening = session.Id == FetchSessions.NoSession;
    private List<SessionPartition> _looked = [];
    private List<FetchedPartition> _partitions = [];

    public override IReadOnlyList<FetchedPartition> Look(out bool isDue)
    {
        isDue = session.Epoch != epoch;
        if (isDue) (_looked, _partitions) = ([], []);
        else (_looked, _partitions) = session.Look(version);
        return _partitions;
    }

    public override FetchResponse Answer(IReadOnlyList<PartitionRead> reads)
    {
        var partitions = new List<FetchedPartition>();
        var told = new List<PartitionRead>();
        bool isCurrent = session.TryAnswer(epoch, _looked, index =>
        {
            PartitionRead read = reads[index];
            if (_isOpening || _looked[index].IsNews(read))
            {
                partitions.Add(_partitions[index]);
                told.Add(read);
            }
            else
            {
                read.Dispose();
            }

            _looked[index].Tell(read);
            return read.Diverging is not null || read.Error != ErrorCode.None ? NextLook.First : NextOf(read);
        });
        if (isCurrent) return Answer(partitions, told);
        foreach (PartitionRead read in reads) read.Dispose();
        return new FetchResponse { ErrorCode = ErrorCode.InvalidFetchSessionEpoch, SessionId = session.Id };
    }

    public override void Join(FetchWaiter waiter) => session.Join(epoch, waiter);

    public override void Leave(FetchWaiter waiter)
    {
        session.Leave(waiter);
        if (session.Id == FetchSessions.NoSession) session.Close();
    }

    private FetchResponse Answer(List<FetchedPartition> partitions, List<PartitionRead> told)
    {
        if (_isOpening) sessions.TryOpen(session);
        return new FetchResponse
        {
            SessionId = session.Id, Responses = FetchResponses.Of(partitions, told, isolation),
        };
    }

    // What found no room in this answer is there for the next one.
    private NextLook NextOf(in PartitionRead read)
    {
        if (read.Length > 0) return NextLook.Last;
        LogView view = read.View!;
        long bound = isolation == IsolationLevel.ReadCommitted ? view.LastStableOffset : view.HighWatermark;
        return read.Position.Offset < bound ? NextLook.First : NextLook.OnceWoken;
    }
}

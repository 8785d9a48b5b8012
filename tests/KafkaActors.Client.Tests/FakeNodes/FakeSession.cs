using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One client's session at a fake node. Answers as a node does, but for the faults it is told to show.
/// </summary>
internal sealed class FakeSession(FakeCluster cluster, NodeId node, IActorRef client) : UntypedActor, IWithTimers
{
    private const int ChunkBytes = SessionProtocol.ChunkBytes;
    private readonly FakeRequests _requests = new(cluster, node);
    private ProduceProtocol.Append? _append;
    private byte[] _batch = [];
    private readonly int _mutings = cluster.Mutings;
    private int _received;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        if (_mutings != cluster.Mutings) return;
        if (message is ICommand) cluster.Received.Enqueue(message);
        switch (message)
        {
            case ProduceProtocol.Append append: Begin(append); break;
            case ProduceProtocol.Chunk chunk: Continue(chunk.Position, chunk.Bytes); break;
            case FetchProtocol.Fetch fetch: Fetch(fetch, 0); break;
            case FetchAgain again: Fetch(again.Fetch, again.Waited + 1); break;
            case KafkaProtocol.Request request: _requests.Serve(request, Reply); break;
            case SessionProtocol.KeepAlive alive: client.Tell(new SessionProtocol.Alive(alive.CorrelationId)); break;
            case SessionProtocol.Disconnect: Context.Stop(Self); break;
            case FakeNode.End: client.Tell(new SessionProtocol.SessionEnded("told to")); Context.Stop(Self); break;
        }
    }

    private void Reply(IReply reply) => client.Tell(reply, ActorRefs.NoSender);

    private void Begin(ProduceProtocol.Append append)
    {
        _append = append;
        _batch = new byte[append.BatchBytes];
        _received = 0;
        Continue(0, append.Bytes);
    }

    private void Continue(int position, ReadOnlyMemory<byte> bytes)
    {
        if (_append is not { } append || position != _received || bytes.Length > ChunkBytes)
        {
            client.Tell(new SessionProtocol.Refused(-1, ErrorCode.InvalidRequest, "not the next chunk"));
            return;
        }

        bytes.CopyTo(_batch.AsMemory(position));
        _received += bytes.Length;
        if (_received < _batch.Length) return;
        _append = null;
        Append(append, _batch);
    }

    private void Append(ProduceProtocol.Append append, byte[] batch)
    {
        cluster.AppendFaults.TryDequeue(out AppendFault? fault);
        (ErrorCode error, long offset) = (fault?.Error ?? ErrorCode.None, -1);
        if (cluster.Find(append.Partition) is not { } partition) error = ErrorCode.UnknownTopicId;
        else if (partition.Leader != node) error = ErrorCode.NotLeaderOrFollower;
        else if (fault is null || fault.Append) (error, offset) = cluster.Log(append.Partition).Append(batch);
        if (fault is { Append: true, Error: not ErrorCode.None }) (error, offset) = (fault.Error, -1);
        if (fault is { Drop: true }) return;
        client.Tell(new ProduceProtocol.Appended(
            append.CorrelationId, error, null, offset, -1, 0, node, append.CurrentLeaderEpoch));
    }

    private void Fetch(FetchProtocol.Fetch fetch, int waited)
    {
        bool any = false;
        int left = fetch.MaxBytes;
        foreach (FetchProtocol.PartitionPosition position in fetch.Partitions)
        {
            if (left <= 0) break;
            ErrorCode error = FetchError(position);
            byte[] bytes = error == ErrorCode.None
                ? cluster.Log(position.Partition).Read(position.Offset, Math.Min(left, position.MaxBytes))
                : [];
            if (bytes.Length == 0 && error == ErrorCode.None) continue;
            any = true;
            left -= bytes.Length;
            Send(fetch, position, error, bytes);
        }

        if (any || waited * 10 >= fetch.MaxWait.TotalMilliseconds)
        {
            client.Tell(new FetchProtocol.Completed(fetch.CorrelationId, ErrorCode.None));
            return;
        }

        Timers.StartSingleTimer(fetch.CorrelationId, new FetchAgain(fetch, waited), TimeSpan.FromMilliseconds(10));
    }

    private ErrorCode FetchError(FetchProtocol.PartitionPosition position)
    {
        if (cluster.FetchErrors.TryDequeue(out ErrorCode told)) return told;
        if (cluster.Find(position.Partition) is not { } partition) return ErrorCode.UnknownTopicId;
        if (partition.Leader != node) return ErrorCode.NotLeaderOrFollower;
        FakeLog log = cluster.Log(position.Partition);
        return position.Offset < log.StartOffset || position.Offset > log.EndOffset
            ? ErrorCode.OffsetOutOfRange
            : ErrorCode.None;
    }

    private void Send(
        FetchProtocol.Fetch fetch, FetchProtocol.PartitionPosition position, ErrorCode error, byte[] bytes)
    {
        FakeLog log = cluster.Log(position.Partition);
        client.Tell(new FetchProtocol.Data(
            fetch.CorrelationId, position.Partition, error, log.EndOffset, log.EndOffset, log.StartOffset, node,
            new LeaderEpoch(0), bytes.Length, bytes.AsMemory(0, Math.Min(bytes.Length, ChunkBytes))));
        for (int at = ChunkBytes; at < bytes.Length; at += ChunkBytes)
        {
            int size = Math.Min(ChunkBytes, bytes.Length - at);
            client.Tell(new FetchProtocol.Chunk(fetch.CorrelationId, at, bytes.AsMemory(at, size)));
        }
    }

    private sealed record FetchAgain(FetchProtocol.Fetch Fetch, int Waited) : INoSerializationVerificationNeeded;
}

using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's appends that are not answered: counted against its window and the door's memory, put together from
/// chunks where they come in parts, handed to the partition's leader on this node or refused with who leads.
/// Invariant: what is under way holds exactly its <see cref="ProduceProtocol.Append.BatchBytes"/>, until its answer.
/// Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class ProduceRequests(FrontDoorServices services, IActorRef session, IActorRef client)
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Beyond a request's own time, in which its partition answers: then the session does.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly AppendLane _lane = new(services.Compression, services.Clock, CancellationToken.None);
    private readonly Dictionary<long, UnderWay> _underWay = [];
    private readonly Dictionary<long, BatchAssembly> _assemblies = [];
    private long _bytes;

    public int Count => _underWay.Count;

    public void Begin(ProduceProtocol.Append append)
    {
        (ErrorCode error, string? message) = Admit(append);
        if (error != ErrorCode.None)
        {
            Refuse(append, error, message);
            return;
        }

        TimeSpan timeout = append.Timeout < MaxTimeout ? append.Timeout : MaxTimeout;
        DateTimeOffset deadline = services.Clock.GetUtcNow() + timeout;
        _underWay.Add(append.CorrelationId, new UnderWay(append.BatchBytes, append.Acks, deadline));
        _bytes += append.BatchBytes;
        if (append.Bytes.Length == append.BatchBytes) HandOver(append, append.Bytes, deadline);
        else _assemblies.Add(append.CorrelationId, new BatchAssembly(append));
    }

    /// <summary>A part that belongs to no batch is the rest of one that was refused: it is dropped.</summary>
    public void Continue(ProduceProtocol.Chunk chunk)
    {
        if (!_assemblies.TryGetValue(chunk.CorrelationId, out BatchAssembly? assembly)) return;
        if (!assembly.TryAdd(chunk))
        {
            End(chunk.CorrelationId);
            Refuse(assembly.First, ErrorCode.InvalidRequest, $"A part at {chunk.Position} does not follow the last.");
        }
        else if (assembly.IsWhole)
        {
            _assemblies.Remove(chunk.CorrelationId);
            HandOver(assembly.First, assembly.Bytes, _underWay[chunk.CorrelationId].Deadline);
        }
    }

    /// <summary>
    /// The partition's answer. A second one, after the session gave up waiting, is dropped. Who asked for no answer is
    /// told nothing of an error either.
    /// </summary>
    public void Complete(ProduceProtocol.Appended appended)
    {
        bool isTold = _underWay.TryGetValue(appended.CorrelationId, out UnderWay request) && request.Acks != Acks.None;
        if (!End(appended.CorrelationId)) return;
        client.Tell(isTold ? appended : appended with { Error = ErrorCode.None, Message = null }, session);
    }

    /// <summary>Answers what its partition did not: its actor has ended with the request in its mailbox.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (_underWay.Count == 0) return;
        foreach ((long correlationId, UnderWay request) in _underWay.ToArray())
        {
            if (request.Deadline + Grace > now) continue;
            End(correlationId);
            ErrorCode error = request.Acks == Acks.None ? ErrorCode.None : ErrorCode.RequestTimedOut;
            client.Tell(Answer(correlationId, error, null, NodeId.None, LeaderEpoch.None), session);
        }
    }

    public void Abandon()
    {
        services.Memory.GiveBack(_bytes);
        _bytes = 0;
        _underWay.Clear();
        _assemblies.Clear();
    }

    private (ErrorCode Error, string? Message) Admit(ProduceProtocol.Append append)
    {
        if (append.BatchBytes <= 0 || append.Bytes.Length > append.BatchBytes)
            return (ErrorCode.InvalidRequest, "The parts of the batch do not fit its length.");
        if (_underWay.ContainsKey(append.CorrelationId))
            return (ErrorCode.InvalidRequest, $"Request {append.CorrelationId} is under way.");
        if (services.Partitions.TryGet(append.Partition, out PartitionHandle? partition)
            && append.BatchBytes > partition.Assignment.Settings.Rules.MaxMessageBytes)
            return (ErrorCode.MessageTooLarge, $"{append.BatchBytes} bytes are more than max.message.bytes.");
        ErrorCode leadership = services.Leaders.Check(append.Partition, append.CurrentLeaderEpoch, out _);
        if (leadership != ErrorCode.None) return (leadership, null);
        MetadataImage image = services.Image;
        if (image.Topic(append.Partition.TopicId) is { } topic
            && services.Refusal(TopicOperation.Produce, image, topic.Name) is { } refusal)
            return (refusal.Error, refusal.Message);
        bool isWindowFull = _bytes > 0 && _bytes + append.BatchBytes > services.Settings.ProduceWindowBytes;
        if (isWindowFull || _underWay.Count >= services.Settings.MaxRequestsPerSession)
            return (ErrorCode.ThrottlingQuotaExceeded, "The session's window is full.");
        return services.Memory.TryTake(append.BatchBytes)
            ? default
            : (ErrorCode.ThrottlingQuotaExceeded, "The node's memory for clients is full.");
    }

    private void HandOver(ProduceProtocol.Append append, ReadOnlyMemory<byte> sent, DateTimeOffset deadline)
    {
        ErrorCode error = services.Leaders.Check(append.Partition, append.CurrentLeaderEpoch, out LeaderRoute? route);
        if (error != ErrorCode.None)
        {
            End(append.CorrelationId);
            Refuse(append, error, null);
            return;
        }

        var handedOver = new PartitionProtocol.Append(
            append.CorrelationId, append.Partition, route!.Epoch, null, append.Acks, deadline, sent);
        if (services.Partitions.TryGet(append.Partition, out PartitionHandle? partition))
            _lane.Send(route, partition, handedOver, session);
        else
            route.Actor.Tell(handedOver, session);
    }

    private bool End(long correlationId)
    {
        _assemblies.Remove(correlationId);
        if (!_underWay.Remove(correlationId, out UnderWay request)) return false;
        _bytes -= request.Bytes;
        services.Memory.GiveBack(request.Bytes);
        return true;
    }

    private void Refuse(ProduceProtocol.Append append, ErrorCode error, string? message)
    {
        (NodeId leader, LeaderEpoch epoch) = services.Leaders.LeaderOf(append.Partition);
        bool isTold = append.Acks != Acks.None;
        ErrorCode told = isTold ? error : ErrorCode.None;
        client.Tell(Answer(append.CorrelationId, told, isTold ? message : null, leader, epoch), session);
    }

    private static ProduceProtocol.Appended Answer(
        long correlationId, ErrorCode error, string? message, NodeId leader, LeaderEpoch epoch) =>
        new(correlationId, error, message, -1, -1, -1, leader, epoch);

    private readonly record struct UnderWay(int Bytes, Acks Acks, DateTimeOffset Deadline);
}

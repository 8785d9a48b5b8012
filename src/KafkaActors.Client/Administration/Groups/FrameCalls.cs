using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>
/// Takes requests of Kafka's own protocol to their nodes. Who coordinates a group is asked first, and remembered until
/// an answer says that it is another. What a coordinator's move or start stands in the way of is asked again, with
/// growing pauses, until the call's own deadline. Owned by one <see cref="AdminActor"/>.
/// <code>
/// Advance -> metadata? -> coordinator? -> node's connection -> answer
///    ^____________ pause ______|____________________|____________|
/// </code>
/// </summary>
internal sealed class FrameCalls(IWithTimers owner, IActorRef cluster, ClientSettings settings, TimeProvider time)
{
    private const sbyte GroupKeyType = 0;

    private readonly Backoff _backoff = new(settings.RetryBackoff, settings.RetryBackoffMax);
    private readonly HashSet<FrameCall> _calls = [];
    private readonly HashSet<FrameCall> _awaitMetadata = [];
    private readonly Dictionary<string, NodeId> _coordinators = new(StringComparer.Ordinal);
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private bool _isTracking;

    public void Start(FrameCall call)
    {
        call.Begin(time);
        _calls.Add(call);
        Advance(call);
    }

    /// <summary>Takes the next step, whichever that is.</summary>
    public void Advance(FrameCall call)
    {
        if (call.Left(time) <= TimeSpan.Zero) Fail(call, call.LastFailure.Error, call.LastFailure.Message);
        else if (_metadata.Described is null) AwaitMetadata(call);
        else if (call.GroupId is null) Send(call);
        else if (_coordinators.TryGetValue(call.GroupId, out NodeId coordinator))
        {
            call.Node = coordinator;
            Send(call);
        }
        else FindCoordinator(call);
    }

    public void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        foreach (FrameCall call in TakeWaiting()) Advance(call);
    }

    public void Learn(ClusterProtocol.MetadataFailed failed)
    {
        foreach (FrameCall call in TakeWaiting()) Retry(call, failed.Error, failed.Message);
    }

    public void Answer(FrameCall call, ConnectionProtocol.Answered answered)
    {
        (IResponseMessage? response, ErrorCode error) = (answered.Response, answered.Error);
        if (response is not null) error = call.ErrorOf(response);
        if (error.IsCoordinatorLost() && call.GroupId is not null) Forget(call.GroupId, call.Node);
        if (MayPass(error) && TryPause(call, error, answered.Message)) return;
        if (response is null) Fail(call, error, answered.Message);
        else if (_calls.Remove(call)) call.Complete(response);
    }

    public void Answer(Lookup lookup, ConnectionProtocol.Answered answered)
    {
        FrameCall call = lookup.Call;
        (IResponseMessage? response, ErrorCode error) = (answered.Response, answered.Error);
        FindCoordinatorResponse.Coordinator? found = (response as FindCoordinatorResponse)?.Coordinators
            .FirstOrDefault(coordinator => coordinator.Key == call.GroupId);
        if (response is not null) error = found?.ErrorCode ?? ErrorCode.CoordinatorNotAvailable;
        if (error != ErrorCode.None)
        {
            Retry(call, error, found?.ErrorMessage ?? answered.Message);
            return;
        }

        _coordinators[found!.Key] = found.NodeId;
        Advance(call);
    }

    /// <summary>The client is closing.</summary>
    public void End(KafkaException closed)
    {
        foreach (FrameCall call in _calls) call.Fail(closed);
    }

    private static bool MayPass(ErrorCode error) =>
        error == ErrorCode.CoordinatorLoadInProgress || error.IsCoordinatorLost();

    private void AwaitMetadata(FrameCall call)
    {
        _awaitMetadata.Add(call);
        if (_isTracking) return;
        _isTracking = true;
        cluster.Tell(new ClusterProtocol.Track([], false));
    }

    private FrameCall[] TakeWaiting()
    {
        FrameCall[] waiting = [.. _awaitMetadata];
        _awaitMetadata.Clear();
        return waiting;
    }

    private void FindCoordinator(FrameCall call)
    {
        string group = call.GroupId!;
        var request = new FindCoordinatorRequest { Key = group, KeyType = GroupKeyType, CoordinatorKeys = [group] };
        cluster.Tell(new ClusterProtocol.AskAny(new Lookup(call), request, Patience(call)));
    }

    private void Send(FrameCall call)
    {
        if (_metadata.Connection(call.Node) is { } connection)
        {
            connection.Tell(new ConnectionProtocol.Ask(call, call.Request, Patience(call)));
            return;
        }

        if (call.GroupId is not null) Forget(call.GroupId, call.Node);
        cluster.Tell(ClusterProtocol.Refresh.Instance);
        Retry(call, ErrorCode.BrokerNotAvailable, $"Node {call.Node} is not in the cluster");
    }

    private void Forget(string groupId, NodeId node)
    {
        // Another call may have found the new one already.
        if (_coordinators.TryGetValue(groupId, out NodeId known) && known == node) _coordinators.Remove(groupId);
    }

    private void Retry(FrameCall call, ErrorCode error, string? message)
    {
        if (!error.IsRetriable() || !TryPause(call, error, message)) Fail(call, error, message);
    }

    private bool TryPause(FrameCall call, ErrorCode error, string? message)
    {
        call.LastFailure = (error, message);
        TimeSpan pause = _backoff.After(call.Attempts++);
        if (call.Left(time) <= pause) return false;
        owner.Timers.StartSingleTimer(call, new Attempt(call), pause);
        return true;
    }

    private void Fail(FrameCall call, ErrorCode error, string? message)
    {
        string text = message ?? error.ToString();
        if (_calls.Remove(call)) call.Fail(new KafkaException(error, text.EndsWith('.') ? text : text + "."));
    }

    private TimeSpan Patience(FrameCall call)
    {
        TimeSpan left = call.Left(time);
        return left < settings.RequestTimeout ? left : settings.RequestTimeout;
    }

    /// <summary>The pause before another attempt is over.</summary>
    public sealed record Attempt(FrameCall Call) : INoSerializationVerificationNeeded;

    /// <summary>Tags the question who coordinates the call's group.</summary>
    public sealed record Lookup(FrameCall Call);
}

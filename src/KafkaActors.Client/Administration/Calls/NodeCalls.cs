using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>
/// Takes requests to the nodes that they are for. Who coordinates a group is asked first, and remembered until an
/// answer says that it is another; who is the controller stands in the metadata. An error that may pass has the request
/// made again, with growing pauses, until the call's own deadline. Owned by one <see cref="AdminActor"/>.
/// <code>
/// Advance -> metadata? -> coordinator? -> node's connection -> answer
///    ^____________ pause ______|____________________|____________|
/// </code>
/// </summary>
internal sealed class NodeCalls(IWithTimers owner, IActorRef cluster, ClientSettings settings, TimeProvider time)
{
    private const sbyte GroupKeyType = 0;

    private readonly Backoff _backoff = new(settings.RetryBackoff, settings.RetryBackoffMax);
    private readonly HashSet<NodeCall> _calls = [];
    private readonly HashSet<NodeCall> _awaitMetadata = [];
    private readonly Dictionary<string, NodeId> _coordinators = new(StringComparer.Ordinal);
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private bool _isTracking;

    public void Start(NodeCall call)
    {
        call.Begin(time);
        _calls.Add(call);
        Advance(call);
    }

    /// <summary>Takes the next step, whichever that is.</summary>
    public void Advance(NodeCall call)
    {
        if (call.Left(time) <= TimeSpan.Zero) Fail(call, call.LastFailure.Error, call.LastFailure.Message);
        else if (call.Target is CallTarget.Any) AskAny(call);
        else if (!_metadata.IsKnown) AwaitMetadata(call);
        else Send(call);
    }

    public void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        foreach (NodeCall call in TakeWaiting()) Advance(call);
    }

    public void Learn(ClusterProtocol.MetadataFailed failed)
    {
        foreach (NodeCall call in TakeWaiting()) Retry(call, failed.Error, failed.Message);
    }

    public void Answer(NodeCall call, ConnectionProtocol.Answered answered)
    {
        ErrorCode error = answered.Response is null ? answered.Error : call.ErrorOf(answered.Response);
        if (call.Target is CallTarget.Coordinator { GroupId: var group } && error.IsCoordinatorLost())
            Forget(group, call.Node);
        if (call.Target is CallTarget.Controller && (error == ErrorCode.NotController || error.IsStaleMetadata()))
            cluster.Tell(ClusterProtocol.Refresh.Instance);
        if (call.MayPass(error) && TryPause(call, error, answered.Message)) return;
        if (answered.Response is null) Fail(call, error, answered.Message);
        else if (_calls.Remove(call)) call.Complete(answered.Response);
    }

    public void Answer(Lookup lookup, ConnectionProtocol.Answered answered)
    {
        FindCoordinatorResponse.Coordinator? found = (answered.Response as FindCoordinatorResponse)?.Coordinators
            .FirstOrDefault(coordinator => coordinator.Key == lookup.GroupId);
        ErrorCode error = answered.Response is null ? answered.Error
            : found?.ErrorCode ?? ErrorCode.CoordinatorNotAvailable;
        if (error != ErrorCode.None)
        {
            Retry(lookup.Call, error, found?.ErrorMessage ?? answered.Message);
            return;
        }

        _coordinators[lookup.GroupId] = found!.NodeId;
        Advance(lookup.Call);
    }

    /// <summary>The client is closing.</summary>
    public void End(KafkaException closed)
    {
        foreach (NodeCall call in _calls) call.Fail(closed);
    }

    private void AwaitMetadata(NodeCall call)
    {
        _awaitMetadata.Add(call);
        if (_isTracking) return;
        _isTracking = true;
        cluster.Tell(new ClusterProtocol.Track([], false));
    }

    private NodeCall[] TakeWaiting()
    {
        NodeCall[] waiting = [.. _awaitMetadata];
        _awaitMetadata.Clear();
        return waiting;
    }

    private void Send(NodeCall call)
    {
        switch (call.Target)
        {
            case CallTarget.Node node: Send(call, node.Id); break;
            case CallTarget.Coordinator { GroupId: var group } when !_coordinators.ContainsKey(group):
                FindCoordinator(call, group);
                break;
            case CallTarget.Coordinator { GroupId: var group }: Send(call, _coordinators[group]); break;
            // A cluster without one for the moment may still have a node that forwards.
            case CallTarget.Controller when _metadata.Connection(_metadata.Controller) is null: AskAny(call); break;
            default: Send(call, _metadata.Controller); break;
        }
    }

    private void Send(NodeCall call, NodeId node)
    {
        call.Node = node;
        if (_metadata.Connection(node) is { } connection)
        {
            connection.Tell(new ConnectionProtocol.Ask(call, call.Request, Patience(call)));
            return;
        }

        if (call.Target is CallTarget.Coordinator { GroupId: var group }) Forget(group, node);
        cluster.Tell(ClusterProtocol.Refresh.Instance);
        Retry(call, ErrorCode.BrokerNotAvailable, $"Node {node} is not in the cluster");
    }

    private void AskAny(NodeCall call)
    {
        call.Node = NodeId.None;
        cluster.Tell(new ClusterProtocol.AskAny(call, call.Request, Patience(call)));
    }

    private void FindCoordinator(NodeCall call, string group)
    {
        var request = new FindCoordinatorRequest { KeyType = GroupKeyType, CoordinatorKeys = [group] };
        cluster.Tell(new ClusterProtocol.AskAny(new Lookup(call, group), request, Patience(call)));
    }

    private void Forget(string groupId, NodeId node)
    {
        // Another call may have found the new one already.
        if (_coordinators.TryGetValue(groupId, out NodeId known) && known == node) _coordinators.Remove(groupId);
    }

    private void Retry(NodeCall call, ErrorCode error, string? message)
    {
        if (!error.IsRetriable() || !TryPause(call, error, message)) Fail(call, error, message);
    }

    private bool TryPause(NodeCall call, ErrorCode error, string? message)
    {
        call.LastFailure = (error, message);
        TimeSpan pause = _backoff.After(call.Attempts++);
        if (call.Left(time) <= pause) return false;
        owner.Timers.StartSingleTimer(call, new Attempt(call), pause);
        return true;
    }

    private void Fail(NodeCall call, ErrorCode error, string? message)
    {
        string text = message ?? error.ToString();
        if (_calls.Remove(call)) call.Fail(new KafkaException(error, text.EndsWith('.') ? text : text + "."));
    }

    private TimeSpan Patience(NodeCall call)
    {
        TimeSpan left = call.Left(time);
        return left < settings.RequestTimeout ? left : settings.RequestTimeout;
    }

    /// <summary>The pause before another attempt is over.</summary>
    public sealed record Attempt(NodeCall Call) : INoSerializationVerificationNeeded;

    /// <summary>Tags the question who coordinates the call's group.</summary>
    public sealed record Lookup(NodeCall Call, string GroupId);
}

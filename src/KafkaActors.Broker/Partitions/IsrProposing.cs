using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// One leadership's ISR proposals on their way to the controller. A proposal is sent when it is new and again until it
/// is decided: it names the partition epoch that it was computed from, so a copy that comes late changes nothing. One
/// that was accepted waits for the metadata to show it. Owned by the <see cref="PartitionActor"/>.
/// </summary>
internal sealed class IsrProposing(IActorRef controller, IActorRef self, TimeProvider clock)
{
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(2);

    private IsrProposal? _sent;
    private long _firstId;
    private long _lastId;
    private long _sentAt;
    private bool _isAccepted;

    /// <summary>Called after everything that may change the leadership's proposal.</summary>
    /// <param name="proposal">Null when it has none.</param>
    public void Send(IsrProposal? proposal)
    {
        bool isNew = !ReferenceEquals(proposal, _sent);
        _sent = proposal;
        if (proposal is null) return;
        if (!isNew && (_isAccepted || clock.GetElapsedTime(_sentAt) < RepeatAfter)) return;
        _sentAt = clock.GetTimestamp();
        _lastId++;
        if (isNew) (_firstId, _isAccepted) = (_lastId, false);
        controller.Tell(new ControllerProtocol.ProposeIsr(_lastId, proposal), self);
    }

    /// <summary>
    /// The partition epoch of a proposal that the controller refused, else null. An outcome that is unknown, and a
    /// controller that is behind this node, leave it as it is: it is sent again.
    /// </summary>
    public PartitionEpoch? Refused(ControllerProtocol.Reply reply)
    {
        if (_sent is null || reply.Id < _firstId || reply is not ControllerProtocol.IsrDecided decided) return null;
        _isAccepted |= decided.Error == ErrorCode.None;
        return decided.Error is ErrorCode.None or ErrorCode.NotController ? null : _sent.PartitionEpoch;
    }
}

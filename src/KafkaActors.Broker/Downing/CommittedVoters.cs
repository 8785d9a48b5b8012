using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// The voter set of the newest metadata image that this node has applied: null until there is one. One for each
/// ActorSystem; written by the guardian, read by downing.
/// </summary>
internal sealed class CommittedVoters : IExtension
{
    private volatile IReadOnlySet<NodeId>? _voters;

    public IReadOnlySet<NodeId>? Current
    {
        get => _voters;
        set => _voters = value;
    }

    public static CommittedVoters Of(ActorSystem system) =>
        system.WithExtension<CommittedVoters, CommittedVotersProvider>();
}

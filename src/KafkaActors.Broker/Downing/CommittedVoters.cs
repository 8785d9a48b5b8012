using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>What this node knows of the voter set. One for each ActorSystem; read by downing.</summary>
internal sealed class CommittedVoters : IExtension
{
    private volatile IReadOnlyList<Voter>? _ofImage;
    private volatile IReadOnlyList<Voter>? _ofLog;

    /// <summary>The set of the newest metadata image that this node has applied. Written by the guardian.</summary>
    public IReadOnlyList<Voter>? OfImage
    {
        get => _ofImage;
        set => _ofImage = value;
    }

    /// <summary>
    /// The set of the log of this node's own voter, which is there before the first image comes. Written by the voter.
    /// </summary>
    public IReadOnlyList<Voter>? OfLog
    {
        get => _ofLog;
        set => _ofLog = value;
    }

    /// <summary>Null while nothing is known.</summary>
    public IReadOnlySet<NodeId>? Current => (OfImage ?? OfLog)?.Select(voter => voter.Node).ToHashSet();

    public static CommittedVoters Of(ActorSystem system) =>
        system.WithExtension<CommittedVoters, CommittedVotersProvider>();
}

using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>What this node knows of the voter set. One for each ActorSystem; read by downing.</summary>
internal sealed class CommittedVoters : IExtension
{
    private volatile IReadOnlySet<NodeId>? _ofImage;
    private volatile IReadOnlySet<NodeId>? _ofLog;

    /// <summary>The set of the newest metadata image that this node has applied. Written by the guardian.</summary>
    public IReadOnlySet<NodeId>? OfImage
    {
        get => _ofImage;
        set => _ofImage = value;
    }

    /// <summary>
    /// The set of the log of this node's own voter, which is there before the first image comes. Written by the voter.
    /// </summary>
    public IReadOnlySet<NodeId>? OfLog
    {
        get => _ofLog;
        set => _ofLog = value;
    }

    /// <summary>Null while nothing is known.</summary>
    public IReadOnlySet<NodeId>? Current => OfImage ?? OfLog;

    public static CommittedVoters Of(ActorSystem system) =>
        system.WithExtension<CommittedVoters, CommittedVotersProvider>();
}

using Akka.Actor;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Downing;

/// <summary>What this node knows of the voter set. One for each ActorSystem; read by downing.</summary>
internal sealed class CommittedVoters : IExtension
{
    private volatile VoterSet? _ofImage;
    private volatile VoterSet? _ofLog;
    private volatile object? _self;

    /// <summary>The set of the newest metadata image that this node has applied. Written by the guardian.</summary>
    public VoterSet? OfImage
    {
        get => _ofImage;
        set => _ofImage = value;
    }

    /// <summary>
    /// The set of the log of this node's own voter, which is there before the first image comes. Written by the voter.
    /// </summary>
    public VoterSet? OfLog
    {
        get => _ofLog;
        set => _ofLog = value;
    }

    /// <summary>
    /// This node as a voter, whether the set in force names it or not; null while its metadata log is not open, and on
    /// a node that keeps none. Written by the voter.
    /// </summary>
    public Voter? Self
    {
        get => (Voter?)_self;
        set => _self = value;
    }

    /// <summary>Null while nothing is known.</summary>
    public VoterSet? Current => VoterSet.Newer(OfImage, OfLog);

    public static CommittedVoters Of(ActorSystem system) =>
        system.WithExtension<CommittedVoters, CommittedVotersProvider>();
}

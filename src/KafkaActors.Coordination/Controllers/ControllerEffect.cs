using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What a controller's owner has to do, in the order given.</summary>
/// <typeparam name="TPeer">Who asks and who follows, as the owner knows them.</typeparam>
public abstract record ControllerEffect<TPeer>
{
    /// <summary>To the voter on that node; it may get lost.</summary>
    public sealed record Ask(NodeId Voter, QuorumProtocol.IRequest Message) : ControllerEffect<TPeer>;

    public sealed record Answer(TPeer Asker, ControllerProtocol.Reply Reply) : ControllerEffect<TPeer>;

    public sealed record Feed(TPeer Follower, ControllerProtocol.IFeed Message) : ControllerEffect<TPeer>;

    /// <summary>These are on disk at a majority; whoever follows is fed them by effects of their own.</summary>
    public sealed record Committed(ImmutableArray<MetadataEntry> Entries) : ControllerEffect<TPeer>;

    /// <summary>The controller has decided these and proposes them; none when it refused.</summary>
    /// <param name="Causes">Why; for people.</param>
    public sealed record Decided(IReadOnlyList<MetadataEvent> Events, ImmutableArray<Cause> Causes)
        : ControllerEffect<TPeer>;

    /// <summary>Brokers that are to be taken for dead; what they led gets other leaders.</summary>
    public sealed record SessionsEnded(ImmutableArray<EndedSession> Sessions) : ControllerEffect<TPeer>;

    /// <summary>The controller serves from here on.</summary>
    public sealed record Serving(int Epoch) : ControllerEffect<TPeer>;

    /// <summary>It serves no longer; it tries again at the next tick.</summary>
    public sealed record Resigned(string Reason) : ControllerEffect<TPeer>;

    /// <summary>It cannot go on: its node must leave the cluster, so that another one takes over.</summary>
    public sealed record GiveUp(string Reason) : ControllerEffect<TPeer>;
}

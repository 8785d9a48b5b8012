using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// What the <see cref="DowningActor"/>s of two nodes say to each other, as soon as their ActorSystems run. An answer
/// tells the asker two things: that the answerer lives, in both directions, and what it sees itself.
/// </summary>
internal static class ReachabilityProtocol
{
    /// <param name="Number">The asker's tick: an answer to an old one proves nothing of now.</param>
    /// <param name="Suspects">Whom the asker asks about; none when it only wants to know who answers.</param>
    internal sealed record Question(Peer Asker, long Number, ImmutableArray<Suspect> Suspects);

    /// <param name="Voter">The answerer as a voter; null when it keeps no metadata log, or has not opened it.</param>
    /// <param name="Voters">The voters as it knows them; null when it knows none.</param>
    /// <param name="Asker">How the asker stands with the answerer's cluster.</param>
    internal sealed record Answer(
        Peer Answerer, long Number, Voter? Voter, VoterSet? Voters, Standing Asker, ImmutableArray<Sight> Sights);
}

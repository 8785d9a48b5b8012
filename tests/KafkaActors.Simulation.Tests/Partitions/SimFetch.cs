using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A follower's fetch.</summary>
/// <param name="LastFetchedEpoch">The newest one of the follower's log; none for an empty log.</param>
internal sealed record SimFetch(
    NodeId Replica,
    BrokerEpoch BrokerEpoch,
    LeaderEpoch LeaderEpoch,
    long FetchOffset,
    LeaderEpoch LastFetchedEpoch,
    long FlushedOffset);

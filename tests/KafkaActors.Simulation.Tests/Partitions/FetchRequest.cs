using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A follower's fetch.</summary>
internal sealed record FetchRequest(
    NodeId Replica,
    BrokerEpoch BrokerEpoch,
    LeaderEpoch LeaderEpoch,
    long FetchOffset,
    LeaderEpoch? LastFetchedEpoch,
    long FlushedOffset);

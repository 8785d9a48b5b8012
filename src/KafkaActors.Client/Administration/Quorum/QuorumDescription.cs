using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Quorum;

/// <summary>The voters of the metadata log and those who follow it without a vote.</summary>
/// <param name="Leader">The controller.</param>
/// <param name="HighWatermark">The offset after the last committed entry.</param>
public sealed record QuorumDescription(
    NodeId Leader,
    int LeaderEpoch,
    long HighWatermark,
    IReadOnlyList<QuorumMemberDescription> Voters,
    IReadOnlyList<QuorumMemberDescription> Observers);

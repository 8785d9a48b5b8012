using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Groups;

/// <param name="InstanceId">Of a static member (KIP-345), else null.</param>
/// <param name="Host">Where it connected from, as <c>/127.0.0.1</c>.</param>
/// <param name="Assignment">Of a consumer; empty for a member whose assignment is no consumer's.</param>
public sealed record MemberDescription(
    string MemberId,
    string? InstanceId,
    string ClientId,
    string Host,
    IReadOnlyList<TopicPartition> Assignment);

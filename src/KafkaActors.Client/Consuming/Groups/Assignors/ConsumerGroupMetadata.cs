namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>Who a consumer is in its group at the moment.</summary>
/// <param name="GroupInstanceId">Null for a dynamic member.</param>
public sealed record ConsumerGroupMetadata(
    string GroupId, int GenerationId, string MemberId, string? GroupInstanceId);

namespace KafkaActors.Coordination.Groups;

/// <summary>What every group of a coordinator works with.</summary>
/// <param name="NewId">Makes the part of member ids that is unique.</param>
public sealed record GroupServices(GroupSettings Settings, Func<Guid> NewId);

using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>What a coordinator that starts is told: its epoch, or why it has none.</summary>
public sealed record CoordinatorStart(ErrorCode Error, CoordinatorEpoch Epoch);

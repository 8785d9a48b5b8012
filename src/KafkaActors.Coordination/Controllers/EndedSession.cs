using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>A broker that is taken for dead, and why.</summary>
/// <param name="Silence">How long it had not been heard; null while this controller had never heard it.</param>
public sealed record EndedSession(NodeId Node, BrokerEpoch Epoch, SessionEnd Reason, TimeSpan? Silence);

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>A schedule found what must never be.</summary>
internal sealed class InvariantViolatedException(string message) : Exception(message);

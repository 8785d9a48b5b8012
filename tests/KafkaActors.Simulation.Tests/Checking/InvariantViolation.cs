namespace KafkaActors.Simulation.Tests.Checking;

/// <summary>Ends a schedule: an invariant does not hold.</summary>
internal sealed class InvariantViolation(Invariant invariant, string message, Exception? inner = null)
    : Exception($"{invariant}: {message}", inner)
{
    public Invariant Invariant { get; } = invariant;
}

namespace KafkaActors.Coordination.Causes;

/// <summary>
/// One of the numbers a decision was taken from; its name ends in its unit, as in <c>silent ms</c>.
/// </summary>
public readonly record struct CauseNumber(string Name, long Value)
{
    public override string ToString() => $"{Name} {Value}";
}

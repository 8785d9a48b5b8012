namespace KafkaActors.Protocol;

/// <summary>
/// Counts the starts of the group coordinator; every internal append carries it and an older one is refused.
/// </summary>
public readonly record struct CoordinatorEpoch(int Value) : IComparable<CoordinatorEpoch>
{
    public CoordinatorEpoch Next() => new(Value + 1);

    public static bool operator <(CoordinatorEpoch left, CoordinatorEpoch right) => left.Value < right.Value;

    public static bool operator >(CoordinatorEpoch left, CoordinatorEpoch right) => left.Value > right.Value;

    public static bool operator <=(CoordinatorEpoch left, CoordinatorEpoch right) => left.Value <= right.Value;

    public static bool operator >=(CoordinatorEpoch left, CoordinatorEpoch right) => left.Value >= right.Value;

    public int CompareTo(CoordinatorEpoch other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

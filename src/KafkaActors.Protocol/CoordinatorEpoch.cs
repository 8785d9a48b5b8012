namespace KafkaActors.Protocol;

/// <summary>
/// Counts the starts of the coordinator over one internal topic; every append of its carries it, and the topic's
/// partitions refuse an older one.
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

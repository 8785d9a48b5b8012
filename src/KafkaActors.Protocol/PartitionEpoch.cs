namespace KafkaActors.Protocol;

/// <summary>
/// Counts the committed changes of one partition's registration (leader or ISR); an ISR proposal names the one it was
/// computed from.
/// </summary>
public readonly record struct PartitionEpoch(int Value) : IComparable<PartitionEpoch>
{
    public PartitionEpoch Next() => new(Value + 1);

    public static bool operator <(PartitionEpoch left, PartitionEpoch right) => left.Value < right.Value;

    public static bool operator >(PartitionEpoch left, PartitionEpoch right) => left.Value > right.Value;

    public static bool operator <=(PartitionEpoch left, PartitionEpoch right) => left.Value <= right.Value;

    public static bool operator >=(PartitionEpoch left, PartitionEpoch right) => left.Value >= right.Value;

    public int CompareTo(PartitionEpoch other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

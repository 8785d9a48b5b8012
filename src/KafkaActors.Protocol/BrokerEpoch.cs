namespace KafkaActors.Protocol;

/// <summary>One registration of a broker with the controller: the metadata offset at which it was committed.</summary>
public readonly record struct BrokerEpoch(long Value) : IComparable<BrokerEpoch>
{
    public static BrokerEpoch None => new(-1);

    public static bool operator <(BrokerEpoch left, BrokerEpoch right) => left.Value < right.Value;

    public static bool operator >(BrokerEpoch left, BrokerEpoch right) => left.Value > right.Value;

    public static bool operator <=(BrokerEpoch left, BrokerEpoch right) => left.Value <= right.Value;

    public static bool operator >=(BrokerEpoch left, BrokerEpoch right) => left.Value >= right.Value;

    public int CompareTo(BrokerEpoch other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

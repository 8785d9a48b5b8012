namespace KafkaActors.Protocol;

/// <summary>The offset of an entry in the metadata log; a node behind the offset of a decision waits for it.</summary>
public readonly record struct MetadataOffset(long Value) : IComparable<MetadataOffset>
{
    public static MetadataOffset None => new(-1);

    public MetadataOffset Next() => new(Value + 1);

    public static bool operator <(MetadataOffset left, MetadataOffset right) => left.Value < right.Value;

    public static bool operator >(MetadataOffset left, MetadataOffset right) => left.Value > right.Value;

    public static bool operator <=(MetadataOffset left, MetadataOffset right) => left.Value <= right.Value;

    public static bool operator >=(MetadataOffset left, MetadataOffset right) => left.Value >= right.Value;

    public int CompareTo(MetadataOffset other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

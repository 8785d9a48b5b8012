namespace KafkaActors.Protocol;

/// <summary>The integer <c>node.id</c> of a broker or voter.</summary>
public readonly record struct NodeId(int Value) : IComparable<NodeId>
{
    /// <summary>No node: a partition without a leader, a replica id of a client.</summary>
    public static NodeId None => new(-1);

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

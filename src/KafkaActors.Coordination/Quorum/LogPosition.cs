using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>The place of an entry. Of two logs the one whose last position is greater is the more complete.</summary>
public readonly record struct LogPosition(int Epoch, MetadataOffset Offset) : IComparable<LogPosition>
{
    /// <summary>Before the first entry.</summary>
    public static LogPosition Empty => new(0, MetadataOffset.None);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(LogPosition other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Offset.CompareTo(other.Offset);
}

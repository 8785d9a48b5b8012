using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Groups;

/// <summary>
/// Decides where a group goes on in a partition. An offset that the log does not have becomes the nearest one that it
/// has. Pure.
/// </summary>
internal static class ResetPlan
{
    /// <returns>The offset, and why it is another than asked for.</returns>
    /// <exception cref="ToolException">The target says nothing about this partition.</exception>
    public static (long Offset, string? Note) Decide(ResetTarget target, PartitionStanding at) => target switch
    {
        ResetTarget.ToEarliest => (at.Earliest, null),
        ResetTarget.ToLatest => (at.Latest, null),
        ResetTarget.ToCurrent => (at.Committed ?? at.Latest, null),
        ResetTarget.ToOffset to => Within(to.Offset, at),
        ResetTarget.ToTime when at.AtTime is { } offset => (offset, null),
        ResetTarget.ToTime => (at.Latest, $"{at.Partition} has no record at or after the time: it goes to its end."),
        ResetTarget.ShiftBy shift when at.Committed is { } committed => Within(Sum(committed, shift.Records), at),
        ResetTarget.ShiftBy => throw new ToolException(
            $"the offset of {at.Partition} cannot be shifted: the group has committed none."),
        _ => throw new ArgumentException($"{target} is no target.", nameof(target)),
    };

    private static (long Offset, string? Note) Within(long wanted, PartitionStanding at)
    {
        if (wanted > at.Latest)
            return (at.Latest, $"{at.Partition} ends before offset {wanted}: it goes to {at.Latest}.");
        return wanted < at.Earliest
            ? (at.Earliest, $"{at.Partition} begins after offset {wanted}: it goes to {at.Earliest}.")
            : (wanted, null);
    }

    private static long Sum(long offset, long records) =>
        records > long.MaxValue - offset ? long.MaxValue : offset + records;
}

namespace KafkaActors.Cli.Groups;

/// <summary>Where <c>--reset-offsets</c> is to move a group to, in each partition.</summary>
internal abstract record ResetTarget
{
    public sealed record ToEarliest : ResetTarget;

    public sealed record ToLatest : ResetTarget;

    /// <summary>Where it stands; where it stands nowhere, the end.</summary>
    public sealed record ToCurrent : ResetTarget;

    public sealed record ToOffset(long Offset) : ResetTarget;

    /// <summary>The first record at or after the time; where there is none, the end.</summary>
    public sealed record ToTime(long TimestampMs) : ResetTarget;

    /// <summary>From where it stands; negative goes back.</summary>
    public sealed record ShiftBy(long Records) : ResetTarget;
}

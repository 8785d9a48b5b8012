using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// What a group decided about one input: records to append, and answers that may go out when those, and the records of
/// all decisions before this one, are committed. The group's state holds the decision already; an append that fails
/// means that the group must be loaded again.
/// </summary>
public sealed record GroupDecision(IReadOnlyList<GroupRecord> Records, IReadOnlyList<GroupAnswer> Answers)
{
    /// <summary>Nothing to append and nobody to answer yet.</summary>
    public static GroupDecision None { get; } = new([], []);

    public bool IsNone => Records.Count == 0 && Answers.Count == 0;

    /// <summary>An answer that waits for nothing.</summary>
    public static GroupDecision Reply(long ticket, IResponseMessage response) =>
        new([], [new GroupAnswer(ticket, response)]);

    /// <summary>An answer that waits for the records.</summary>
    public static GroupDecision Reply(long ticket, IResponseMessage response, IReadOnlyList<GroupRecord> records) =>
        new(records, [new GroupAnswer(ticket, response)]);

    /// <summary>This decision and then the other, appended as one.</summary>
    public GroupDecision Then(GroupDecision next)
    {
        if (next.IsNone) return this;
        return IsNone ? next : new([.. Records, .. next.Records], [.. Answers, .. next.Answers]);
    }
}

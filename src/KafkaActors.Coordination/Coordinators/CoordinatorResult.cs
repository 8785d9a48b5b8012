using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>
/// What a coordinator decided about one input to one of its keys: records to append, and answers that may go out when
/// those, and the records of all results of that key before this one, are committed. The key's state holds the
/// decision already; an append that fails means that the key must be loaded again.
/// </summary>
public sealed record CoordinatorResult(
    IReadOnlyList<CoordinatorRecord> Records, IReadOnlyList<CoordinatorAnswer> Answers)
{
    /// <summary>Nothing to append and nobody to answer yet.</summary>
    public static CoordinatorResult None { get; } = new([], []);

    /// <summary>Why; recorded by whoever carries the result out, whatever becomes of its records.</summary>
    public ImmutableArray<Cause> Causes { get; init; } = [];

    public bool IsNone => Records.Count == 0 && Answers.Count == 0 && Causes.IsEmpty;

    /// <summary>An answer that waits for nothing.</summary>
    public static CoordinatorResult Reply(long ticket, IResponseMessage response) =>
        new([], [new CoordinatorAnswer(ticket, response)]);

    /// <summary>An answer that waits for the records.</summary>
    public static CoordinatorResult Reply(
        long ticket, IResponseMessage response, IReadOnlyList<CoordinatorRecord> records) =>
        new(records, [new CoordinatorAnswer(ticket, response)]);

    /// <summary>This result and then the other, appended as one.</summary>
    public CoordinatorResult Then(CoordinatorResult next)
    {
        if (next.IsNone) return this;
        return IsNone ? next : new([.. Records, .. next.Records], [.. Answers, .. next.Answers])
        {
            Causes = [.. Causes, .. next.Causes],
        };
    }
}

using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What a leader decided about one append: refused for <paramref name="Error"/>; or accepted, with
/// <paramref name="Event"/> to persist; or, with neither, a duplicate whose answer waits for its original's condition.
/// </summary>
internal readonly record struct AppendVerdict(ErrorCode Error, string? Message, PartitionAppend? Event)
{
    public static AppendVerdict Duplicate => default;

    /// <summary>The records for which the batch is refused; null where it is refused as a whole, or not.</summary>
    public IReadOnlyList<RecordError>? RecordErrors { get; private init; }

    public static AppendVerdict Accept(PartitionAppend append) => new(ErrorCode.None, null, append);

    public static AppendVerdict Refuse(ErrorCode error, string? message = null) => new(error, message, null);

    public static AppendVerdict Refuse(RecordBatchVerdict refusal) =>
        new(refusal.Error, refusal.Message, null) { RecordErrors = refusal.RecordErrors };
}

using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// How a batch stands to what its producer wrote before: to be appended (<see cref="ErrorCode.None"/>), written before
/// (<see cref="ErrorCode.DuplicateSequenceNumber"/>, then <see cref="Original"/> says as what), or refused.
/// </summary>
public readonly record struct SequenceVerdict(ErrorCode Error, BatchMetadata Original)
{
    public static readonly SequenceVerdict Accept = new(ErrorCode.None, default);

    public bool IsAccepted => Error == ErrorCode.None;

    public bool IsDuplicate => Error == ErrorCode.DuplicateSequenceNumber;

    public static SequenceVerdict Duplicate(BatchMetadata original) => new(ErrorCode.DuplicateSequenceNumber, original);

    public static SequenceVerdict Refuse(ErrorCode error) => new(error, default);
}

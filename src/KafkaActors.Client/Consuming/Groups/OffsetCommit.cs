using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>Offsets to be committed, and how far that is. Owned by <see cref="OffsetCommits"/>.</summary>
/// <param name="deadline">Until then errors that pass are waited out.</param>
/// <param name="isAutomatic">Nobody told it to be made, and a topic that was deleted is not waited for.</param>
/// <param name="done">
/// Told once: the partitions that could not be committed, with their errors; none when all is well.
/// </param>
internal sealed class OffsetCommit(
    IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
    TimeSpan deadline,
    Action<IReadOnlyDictionary<TopicPartition, ErrorCode>> done,
    bool isAutomatic = false)
{
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _open = new(offsets);
    private readonly Dictionary<TopicPartition, ErrorCode> _errors = [];

    /// <summary>Those that are not answered for good.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Open => _open;

    public TimeSpan Deadline => deadline;

    public void Note(TopicPartition partition, ErrorCode error)
    {
        if (error == ErrorCode.None) _errors.Remove(partition);
        else _errors[partition] = error;
        if (!Passes(error)) _open.Remove(partition);
    }

    public void NoteAll(ErrorCode error)
    {
        foreach (TopicPartition partition in _open.Keys.ToArray()) Note(partition, error);
    }

    public void End()
    {
        foreach (TopicPartition partition in _open.Keys) _errors.TryAdd(partition, ErrorCode.RequestTimedOut);
        done(_errors);
    }

    /// <summary>Of a stale member epoch: a heartbeat brings the one that counts.</summary>
    private bool Passes(ErrorCode error) => error switch
    {
        ErrorCode.StaleMemberEpoch => true,
        ErrorCode.UnknownTopicOrPartition when isAutomatic => false,
        _ => error.IsRetriable(),
    };
}

using Akka.Event;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The partitions that a consumer reads, between its group's offsets and its reader's: where reading begins, and what
/// is committed, when it is told to be or as far as the application is done. Owned by one
/// <see cref="MembershipActor"/>.
/// </summary>
internal sealed class GroupOffsets(
    ConsumerSettings settings, ClientSettings client, CoordinatorLookup coordinator, ILoggingAdapter log)
{
    private readonly OwnedOffsets _owned = new();
    private readonly OffsetCommits _commits = new(coordinator, NewBackoff(client));
    private readonly CommittedOffsets _committed = new(coordinator, NewBackoff(client));

    public bool IsCommitting => _commits.Any;

    public bool NeedsCoordinator => _commits.Any || _committed.Any;

    /// <summary>When something is due, while the coordinator is known.</summary>
    public TimeSpan? NextDeadline =>
        ((TimeSpan?[])[_commits.NextDeadline, _committed.NextDeadline]).Min();

    /// <summary>They are the reader's, and the group is asked where they begin.</summary>
    public PartitionCursor[] Assign(IReadOnlyList<TopicPartition> partitions)
    {
        _committed.Want(partitions);
        return [.. partitions.Select(_owned.Add)];
    }

    /// <summary>The reader chose these itself.</summary>
    public void Use(IReadOnlyList<PartitionCursor> cursors, TimeSpan now)
    {
        CommitConsumed(now);
        _owned.Remove([.. _owned.Partitions]);
        foreach (PartitionCursor cursor in cursors) _owned.Add(cursor);
    }

    /// <summary>They are the reader's until it lets go of them.</summary>
    public PartitionCursor[] Revoke(IReadOnlyList<TopicPartition> partitions)
    {
        _committed.Drop(partitions);
        return Find(partitions);
    }

    /// <summary>The reader has let go of them: the last that is committed of them is what it is done with.</summary>
    public void Release(IReadOnlyList<PartitionCursor> cursors, TimeSpan now)
    {
        TopicPartition[] partitions =
            [.. cursors.Where(cursor => _owned.Find(cursor.Name) == cursor).Select(cursor => cursor.Name)];
        CommitConsumed(partitions, now);
        _owned.Remove(partitions);
    }

    /// <summary>They are somebody else's: nothing that waits must be committed.</summary>
    public PartitionCursor[] Lose(IReadOnlyList<TopicPartition> partitions)
    {
        PartitionCursor[] cursors = Revoke(partitions);
        _commits.EndAll(ErrorCode.IllegalGeneration);
        _owned.Remove(partitions);
        return cursors;
    }

    public void Add(Commit commit, TimeSpan now) => _commits.Add(new OffsetCommit(
        commit.Offsets,
        now + client.DefaultApiTimeout,
        errors =>
        {
            if (errors.Count == 0) commit.Done.TrySetResult();
            else commit.Done.TrySetException(new CommitException(errors));
        }));

    /// <summary>Commits what the application is done with, where that is automatic.</summary>
    public void CommitConsumed(TimeSpan now) => CommitConsumed(_owned.Partitions, now);

    /// <summary>Nobody will answer commits any more.</summary>
    public void End(ErrorCode error) => _commits.EndAll(error);

    /// <summary>The requests that are due now; none while the coordinator is not known.</summary>
    public IEnumerable<IRequestMessage> Due(GroupIdentity self, TimeSpan now)
    {
        if (_commits.Next(self, now) is { } commit) yield return commit;
        if (_committed.Next(self, now) is { } fetch) yield return fetch;
    }

    /// <param name="response">Null: there is none, because of the error.</param>
    /// <returns>What the answer says of the membership it was sent under.</returns>
    public ErrorCode Answered(
        OffsetCommitRequest request, OffsetCommitResponse? response, ErrorCode error, TimeSpan now)
    {
        if (response is not null) return _commits.Answered(request, response, now);
        _commits.Unanswered(request, error, now);
        return ErrorCode.None;
    }

    /// <inheritdoc cref="Answered(OffsetCommitRequest,OffsetCommitResponse,ErrorCode,TimeSpan)"/>
    /// <returns>Where partitions begin, -1 where nothing is committed; an error only if it does not pass.</returns>
    public (IReadOnlyList<(PartitionCursor Cursor, long Offset)> Located, ErrorCode Error) Answered(
        OffsetFetchRequest request, OffsetFetchResponse? response, ErrorCode error, TimeSpan now)
    {
        if (response is null) return ([], _committed.Unanswered(request, error, now));
        (IReadOnlyDictionary<TopicPartition, long> found, ErrorCode fault) =
            _committed.Answered(request, response, now);
        List<(PartitionCursor, long)> located = [];
        foreach ((TopicPartition partition, long offset) in found)
        {
            if (_owned.Find(partition) is not { } cursor) continue;
            _owned.NoteCommitted(partition, offset);
            located.Add((cursor, offset));
        }

        return (located, fault);
    }

    private void CommitConsumed(IEnumerable<TopicPartition> partitions, TimeSpan now)
    {
        if (!settings.EnableAutoCommit) return;
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = _owned.Uncommitted(partitions);
        if (offsets.Count == 0) return;
        _commits.Add(new OffsetCommit(
            offsets, now + client.RequestTimeout, errors => NoteAutomatic(offsets, errors), isAutomatic: true));
    }

    private void NoteAutomatic(
        Dictionary<TopicPartition, OffsetAndMetadata> offsets, IReadOnlyDictionary<TopicPartition, ErrorCode> errors)
    {
        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            if (!errors.ContainsKey(partition)) _owned.NoteCommitted(partition, offset.Offset);
        }

        if (errors.Count > 0) log.Warning("{0}", new CommitException(errors).Message);
    }

    private PartitionCursor[] Find(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(_owned.Find).OfType<PartitionCursor>()];

    private static Backoff NewBackoff(ClientSettings client) => new(client.RetryBackoff, client.RetryBackoffMax);
}

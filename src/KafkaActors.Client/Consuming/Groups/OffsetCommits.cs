using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The commits of one consumer, one at a time, so that an older one that has to be sent again never overtakes a newer.
/// Errors that pass are waited out until a commit's deadline; that the group rebalances is not one of them, because the
/// partitions may be somebody else's when it is over. Pure; times are a monotonic clock's.
/// </summary>
internal sealed class OffsetCommits(CoordinatorLookup coordinator, Backoff backoff)
{
    private readonly Queue<OffsetCommit> _waiting = [];
    private OffsetCommitRequest? _underWay;
    private TimeSpan _retryAt;

    public bool Any => _waiting.Count > 0;

    /// <summary>When <see cref="Next"/> may have something, while the coordinator is known.</summary>
    public TimeSpan? NextDeadline => !Any ? null : _underWay is null ? _retryAt : _waiting.Peek().Deadline;

    public void Add(OffsetCommit commit) => _waiting.Enqueue(commit);

    /// <summary>The request that is due; null when none is, or the coordinator is not known.</summary>
    public OffsetCommitRequest? Next(GroupIdentity self, TimeSpan now)
    {
        EndOverdue(now);
        if (!Any || _underWay is not null || _retryAt > now || coordinator.Node is null) return null;
        return _underWay = new OffsetCommitRequest
        {
            GroupId = self.GroupId,
            GenerationIdOrMemberEpoch = self.Generation,
            MemberId = self.MemberId,
            GroupInstanceId = self.InstanceId,
            Topics = [.. _waiting.Peek().Open.GroupBy(entry => entry.Key.Topic).Select(Topic)],
        };
    }

    /// <summary>
    /// The worst error of the answer, for the membership; <see cref="ErrorCode.None"/> when it is old.
    /// </summary>
    public ErrorCode Answered(OffsetCommitRequest request, OffsetCommitResponse response, TimeSpan now)
    {
        if (request != _underWay) return ErrorCode.None;
        OffsetCommit commit = _waiting.Peek();
        var worst = ErrorCode.None;
        foreach (OffsetCommitResponse.OffsetCommitTopic topic in response.Topics)
        {
            foreach (OffsetCommitResponse.OffsetCommitPartition partition in topic.Partitions)
            {
                commit.Note(new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode);
                if (partition.ErrorCode != ErrorCode.None) worst = partition.ErrorCode;
            }
        }

        GoOn(worst, now);
        return worst;
    }

    /// <summary>There was no answer, or none that could be read.</summary>
    public void Unanswered(OffsetCommitRequest request, ErrorCode error, TimeSpan now)
    {
        if (request != _underWay) return;
        _waiting.Peek().NoteAll(error);
        GoOn(error, now);
    }

    /// <summary>The partitions are not this member's any more: what waits must not be committed.</summary>
    public void EndAll(ErrorCode error)
    {
        _underWay = null;
        while (_waiting.TryDequeue(out OffsetCommit? commit))
        {
            commit.NoteAll(error);
            commit.End();
        }
    }

    private void GoOn(ErrorCode error, TimeSpan now)
    {
        _underWay = null;
        if (error.IsCoordinatorLost()) coordinator.Lose(now);
        if (_waiting.Peek().Open.Count == 0)
        {
            backoff.Reset();
            _retryAt = TimeSpan.Zero;
            _waiting.Dequeue().End();
        }
        else
        {
            _retryAt = now + backoff.Next();
        }
    }

    private void EndOverdue(TimeSpan now)
    {
        while (_waiting.TryPeek(out OffsetCommit? first) && first.Deadline <= now)
        {
            _underWay = null;
            _waiting.Dequeue().End();
        }
    }

    private static OffsetCommitRequest.OffsetCommitTopic Topic(
        IGrouping<string, KeyValuePair<TopicPartition, OffsetAndMetadata>> offsets) => new()
    {
        Name = offsets.Key,
        Partitions = [.. offsets.Select(entry => new OffsetCommitRequest.OffsetCommitPartition
        {
            PartitionIndex = entry.Key.Partition,
            CommittedOffset = entry.Value.Offset,
            CommittedMetadata = entry.Value.Metadata,
        })],
    };
}

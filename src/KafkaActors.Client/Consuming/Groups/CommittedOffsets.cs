using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// Looks up where the group stands in partitions that were assigned. Errors that pass are waited out for ever: without
/// an answer the partition cannot be read. Pure; times are a monotonic clock's.
/// </summary>
internal sealed class CommittedOffsets(CoordinatorLookup coordinator, Backoff backoff)
{
    private readonly HashSet<TopicPartition> _wanted = [];
    private OffsetFetchRequest? _underWay;
    private TimeSpan _retryAt;

    public bool Any => _wanted.Count > 0;

    /// <summary>When <see cref="Next"/> has something, while the coordinator is known.</summary>
    public TimeSpan? NextDeadline => Any && _underWay is null ? _retryAt : null;

    public void Want(IEnumerable<TopicPartition> partitions)
    {
        _wanted.UnionWith(partitions);
        _underWay = null;
    }

    /// <summary>They are not this member's any more.</summary>
    public void Drop(IEnumerable<TopicPartition> partitions) => _wanted.ExceptWith(partitions);

    /// <summary>The request that is due; null when none is, or the coordinator is not known.</summary>
    public OffsetFetchRequest? Next(GroupIdentity self, TimeSpan now)
    {
        if (!Any || _underWay is not null || _retryAt > now || coordinator.Node is null) return null;
        return _underWay = new OffsetFetchRequest
        {
            Groups =
            [
                new OffsetFetchRequest.OffsetFetchGroup
                {
                    GroupId = self.GroupId,
                    MemberId = self.IsOfConsumerProtocol ? self.MemberId : null,
                    MemberEpoch = self.IsOfConsumerProtocol ? self.Generation : GroupIdentity.NoGeneration,
                    Topics = [.. _wanted.GroupBy(partition => partition.Topic, partition => partition.Partition)
                        .Select(topic => new OffsetFetchRequest.OffsetFetchTopic
                        {
                            Name = topic.Key,
                            PartitionIndexes = [.. topic],
                        })],
                },
            ],
            RequireStable = true,
        };
    }

    /// <summary>The offsets found, -1 where nothing is committed; an error only when it does not pass.</summary>
    public (IReadOnlyDictionary<TopicPartition, long> Offsets, ErrorCode Error) Answered(
        OffsetFetchRequest request, OffsetFetchResponse response, TimeSpan now)
    {
        Dictionary<TopicPartition, long> found = [];
        if (request != _underWay) return (found, ErrorCode.None);
        OffsetFetchResponse.OffsetFetchGroup? group =
            response.Groups.FirstOrDefault(answered => answered.GroupId == request.Groups[0].GroupId);
        ErrorCode error = group?.ErrorCode ?? ErrorCode.UnknownServerError;
        foreach (OffsetFetchResponse.OffsetFetchTopic topic in error == ErrorCode.None ? group!.Topics : [])
        {
            foreach (OffsetFetchResponse.OffsetFetchPartition partition in topic.Partitions)
            {
                var name = new TopicPartition(topic.Name, partition.PartitionIndex);
                if (partition.ErrorCode != ErrorCode.None) error = partition.ErrorCode;
                else if (_wanted.Remove(name)) found[name] = partition.CommittedOffset;
            }
        }

        return (found, GoOn(error, now));
    }

    /// <summary>There was no answer, or none that could be read; the error comes back when it does not pass.</summary>
    public ErrorCode Unanswered(OffsetFetchRequest request, ErrorCode error, TimeSpan now) =>
        request == _underWay ? GoOn(error, now) : ErrorCode.None;

    private ErrorCode GoOn(ErrorCode error, TimeSpan now)
    {
        _underWay = null;
        if (error.IsCoordinatorLost()) coordinator.Lose(now);
        if (Any) _retryAt = now + backoff.Next();
        else backoff.Reset();
        return Passes(error) ? ErrorCode.None : error;
    }

    private static bool Passes(ErrorCode error) =>
        error is ErrorCode.None or ErrorCode.UnstableOffsetCommit or ErrorCode.RebalanceInProgress
        || error.IsRetriable() || IsPassingMembership(error);

    /// <summary>A heartbeat brings the member epoch that counts, or takes the partitions away.</summary>
    private static bool IsPassingMembership(ErrorCode error) =>
        error is ErrorCode.StaleMemberEpoch or ErrorCode.UnknownMemberId;
}

using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The heartbeats of one member of a consumer group (KIP-848), and what the coordinator has been told by them: a field
/// is said when it has changed, and all of them when the member joins or is not sure what was heard. Owned by
/// <see cref="ConsumerGroupMembership"/>.
/// </summary>
internal sealed class ConsumerHeartbeats(GroupMemberSettings settings, string memberId)
{
    /// <summary>The member epoch of one that joins.</summary>
    public const int JoinEpoch = 0;

    private const int LeaveEpoch = -1;
    private const int LeaveForAWhileEpoch = -2;

    private SubscribedTopics? _toldTopics;
    private bool _knowsOwned;
    private bool _mayHaveRegex;

    /// <summary>The coordinator has not heard yet what is subscribed to.</summary>
    public bool Owes(SubscribedTopics topics) => topics != _toldTopics;

    /// <summary>An answer did not come, or was an error: nobody knows what was heard.</summary>
    public void Forget() => (_toldTopics, _knowsOwned) = (null, false);

    /// <summary>What the member owns has changed.</summary>
    public void OwnedChanged() => _knowsOwned = false;

    public ConsumerGroupHeartbeatRequest Next(
        int epoch, SubscribedTopics topics, IReadOnlyCollection<TopicIdPartition> owned)
    {
        if (epoch == JoinEpoch) BeNew();
        bool isFull = _toldTopics is null;
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = settings.GroupId,
            MemberId = memberId,
            MemberEpoch = epoch,
            InstanceId = settings.InstanceId,
            RebalanceTimeoutMs = isFull ? (int)settings.RebalanceTimeout.TotalMilliseconds : -1,
            ServerAssignor = isFull ? settings.RemoteAssignor : null,
            SubscribedTopicNames = _toldTopics?.Names.SequenceEqual(topics.Names) == true ? null : topics.Names,
            SubscribedTopicRegex = RegexOf(topics),
            TopicPartitions = _knowsOwned ? null : ByTopic(owned),
        };
        (_toldTopics, _knowsOwned) = (topics, true);
        return request;
    }

    /// <summary>A static member keeps its place for its return within the session timeout (KIP-345).</summary>
    public ConsumerGroupHeartbeatRequest Leave() => new()
    {
        GroupId = settings.GroupId,
        MemberId = memberId,
        MemberEpoch = settings.InstanceId is null ? LeaveEpoch : LeaveForAWhileEpoch,
        InstanceId = settings.InstanceId,
    };

    private void BeNew()
    {
        Forget();
        _mayHaveRegex = false;
    }

    /// <summary>An expression that is not wanted any more, or may have been, is taken back by an empty one.</summary>
    private string? RegexOf(SubscribedTopics topics)
    {
        if (topics.Regex is null) return _mayHaveRegex ? "" : null;
        _mayHaveRegex = true;
        return _toldTopics?.Regex == topics.Regex ? null : topics.Regex;
    }

    private static ConsumerGroupHeartbeatRequest.OwnedTopic[] ByTopic(IEnumerable<TopicIdPartition> partitions) =>
        [.. partitions.GroupBy(partition => partition.TopicId, partition => partition.Partition)
            .Select(topic => new ConsumerGroupHeartbeatRequest.OwnedTopic
            {
                TopicId = topic.Key,
                Partitions = [.. topic],
            })];
}

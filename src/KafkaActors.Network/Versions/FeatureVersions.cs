using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Versions;

/// <summary>
/// What requests may ask for that not every version since Apache Kafka 2.1 has. A field that an older version lacks is
/// left out when it is written; where that would change what is asked, the requirement stands here. What is only lost
/// (a reason, a rack, a timeout, an answer's detail) has none.
/// </summary>
internal static class FeatureVersions
{
    private const short LastFetchByName = 12;

    // As in ListOffsets requests: the records with the greatest timestamp, and offsets of tiered storage.
    private const long GreatestTimestamp = -3;
    private const long EarliestLocal = -4;

    /// <summary>The highest version that can carry the request: one may not know what newer versions need.</summary>
    public static short HighestFor(IRequestMessage request) =>
        request is FetchRequest fetch && fetch.Topics.Any(topic => topic.TopicId == TopicId.None)
            ? LastFetchByName
            : short.MaxValue;

    /// <summary>Null when any version will do.</summary>
    public static FeatureRequirement? NeededBy(IRequestMessage request) => request switch
    {
        FindCoordinatorRequest { CoordinatorKeys.Count: > 1 } =>
            new(4, "Finding the coordinators of several groups at once", "3.0"),
        // A member's epoch (v9), and whether open transactions are waited for (v7), are checks that may be missed.
        OffsetFetchRequest { Groups.Count: > 1 } => new(8, "Reading offsets of several groups at once", "3.0"),
        ListOffsetsRequest list => NeededBy(list),
        JoinGroupRequest { GroupInstanceId: not null } => StaticMember(5),
        SyncGroupRequest { GroupInstanceId: not null } => StaticMember(3),
        HeartbeatRequest { GroupInstanceId: not null } => StaticMember(3),
        OffsetCommitRequest { GroupInstanceId: not null } => StaticMember(7),
        LeaveGroupRequest leave => NeededBy(leave),
        InitProducerIdRequest { ProducerId: >= 0 } => new(3, "Raising the epoch of a producer id (KIP-360)", "2.5"),
        MetadataRequest metadata when metadata.Topics?.Any(topic => topic.Name is null) == true =>
            new(12, "Looking up a topic by its id", "3.1"),
        DeleteTopicsRequest delete when delete.Topics.Any(topic => topic.Name is null) =>
            new(6, "Deleting a topic by its id", "2.8"),
        CreateTopicsRequest create when create.Topics.Any(LeavesCountToBroker) =>
            new(4, "Creating a topic with the broker's default partitions or replication factor", "2.4"),
        ListGroupsRequest { TypesFilter.Count: > 0 } => new(5, "Listing groups by type", "3.8"),
        ListGroupsRequest { StatesFilter.Count: > 0 } => new(4, "Listing groups by state", "2.6"),
        ConsumerGroupHeartbeatRequest { SubscribedTopicRegex.Length: > 0 } =>
            new(1, "A subscription by expression", "4.0"),
        _ => null,
    };

    private static FeatureRequirement StaticMember(short version) =>
        new(version, "A static member of a group (group.instance.id)", "2.3");

    private static FeatureRequirement? NeededBy(ListOffsetsRequest list)
    {
        long least = list.Topics.SelectMany(topic => topic.Partitions)
            .Select(partition => partition.Timestamp).DefaultIfEmpty().Min();
        return least switch
        {
            <= EarliestLocal - 1 => new FeatureRequirement(9, "Looking up offsets of remote storage", "3.9"),
            EarliestLocal => new FeatureRequirement(8, "Looking up the earliest offset of local storage", "3.5"),
            GreatestTimestamp => new FeatureRequirement(7, "Looking up the record with the greatest timestamp", "3.0"),
            _ => null,
        };
    }

    private static FeatureRequirement? NeededBy(LeaveGroupRequest leave) =>
        leave.Members.Count > 1 || leave.Members.Any(member => member.GroupInstanceId is not null)
            ? new FeatureRequirement(3, "Removing several members, or a static one, from a group", "2.4")
            : null;

    private static bool LeavesCountToBroker(CreateTopicsRequest.CreatableTopic topic) =>
        topic.Assignments.Count == 0 && (topic.NumPartitions < 0 || topic.ReplicationFactor < 0);
}

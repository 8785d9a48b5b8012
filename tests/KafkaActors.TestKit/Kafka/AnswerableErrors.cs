using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Protocol.ErrorCode;

namespace KafkaActors.TestKit.Kafka;

/// <summary>
/// The errors that a node of this version answers, by API and from which version of it on: those that Kafka answers,
/// as far as there is an occasion here. <see cref="UnknownServerError"/>, which says that nobody knew what went wrong,
/// is one of them only where Kafka has no other word.
/// </summary>
public static class AnswerableErrors
{
    private static readonly ErrorCode[] Coordinator =
        [CoordinatorLoadInProgress, CoordinatorNotAvailable, NotCoordinator, InvalidGroupId];

    private static readonly ErrorCode[] Leader = [UnknownTopicOrPartition, NotLeaderOrFollower];

    private static readonly Dictionary<ApiKey, Rule[]> Rules = new()
    {
        [ApiKey.ApiVersions] = [new(0, InvalidRequest, UnsupportedVersion)],
        [ApiKey.Metadata] =
        [
            new(0, UnknownTopicOrPartition, LeaderNotAvailable, InvalidTopicException, InvalidRequest),
            new(6, ListenerNotFound), new(12, UnknownTopicId),
        ],
        [ApiKey.Produce] =
        [
            new(0, 2, UnsupportedVersion),
            new(0, Leader),
            new(
                0, CorruptMessage, MessageTooLarge, RecordListTooLarge, RequestTimedOut, InvalidTopicException,
                NotEnoughReplicas, NotEnoughReplicasAfterAppend, InvalidRequiredAcks, InvalidTimestamp,
                UnsupportedForMessageFormat, KafkaStorageError, OutOfOrderSequenceNumber, InvalidProducerEpoch,
                InvalidTxnState, InvalidRecord, UnsupportedCompressionType, UnknownProducerId),
        ],
        [ApiKey.Fetch] =
        [
            new(0, Leader), new(0, OffsetOutOfRange, ClusterAuthorizationFailed, CorruptMessage),
            new(6, KafkaStorageError),
            new(7, FetchSessionIdNotFound, InvalidFetchSessionEpoch, FetchSessionTopicIdError),
            new(9, FencedLeaderEpoch, UnknownLeaderEpoch),
            new(13, UnknownTopicId, InconsistentTopicId),
        ],
        [ApiKey.ListOffsets] =
        [
            new(0, Leader), new(0, InvalidRequest, UnsupportedVersion, KafkaStorageError),
            new(0, 4, LeaderNotAvailable), new(4, FencedLeaderEpoch, UnknownLeaderEpoch), new(5, OffsetNotAvailable),
        ],
        [ApiKey.OffsetForLeaderEpoch] =
            [new(0, Leader), new(0, FencedLeaderEpoch, UnknownLeaderEpoch, KafkaStorageError)],
        [ApiKey.InitProducerId] =
            [new(0, InvalidRequest, CoordinatorLoadInProgress, CoordinatorNotAvailable, InvalidProducerEpoch)],
        [ApiKey.CreateTopics] =
        [
            new(
                0, TopicAlreadyExists, InvalidTopicException, InvalidPartitions, InvalidReplicationFactor,
                InvalidReplicaAssignment, InvalidConfig, InvalidRequest, PolicyViolation, RequestTimedOut),
        ],
        [ApiKey.DeleteTopics] =
        [
            new(0, UnknownTopicOrPartition, InvalidRequest, InvalidTopicException, RequestTimedOut),
            new(6, UnknownTopicId),
        ],
        [ApiKey.CreatePartitions] =
        [
            new(
                0, UnknownTopicOrPartition, InvalidPartitions, InvalidReplicaAssignment, InvalidReplicationFactor,
                InvalidRequest, PolicyViolation, InvalidTopicException, RequestTimedOut),
        ],
        [ApiKey.DeleteRecords] =
        [
            new(0, Leader),
            new(0, OffsetOutOfRange, RequestTimedOut, KafkaStorageError, InvalidTopicException, PolicyViolation),
        ],
        [ApiKey.DescribeConfigs] =
            [new(0, UnknownTopicOrPartition, InvalidRequest, InvalidTopicException, InvalidGroupId)],
        [ApiKey.AlterConfigs] = [new(0, Alterations)],
        [ApiKey.IncrementalAlterConfigs] = [new(0, Alterations)],
        [ApiKey.DescribeCluster] = [new(1, MismatchedEndpointType, UnsupportedEndpointType)],
        [ApiKey.DescribeTopicPartitions] =
        [
            new(
                0, UnknownTopicOrPartition, InvalidTopicException, InvalidRequest, LeaderNotAvailable,
                ListenerNotFound),
        ],
        [ApiKey.DescribeQuorum] = [new(0, UnknownTopicOrPartition, NotController, RequestTimedOut)],
        [ApiKey.AddRaftVoter] =
            [
                new(
                    0, NotController, RequestTimedOut, InvalidRequest, InconsistentClusterId, DuplicateVoter,
                    VoterNotFound),
            ],
        [ApiKey.RemoveRaftVoter] =
            [new(0, NotController, RequestTimedOut, InvalidRequest, InconsistentClusterId, VoterNotFound)],
        [ApiKey.DescribeProducers] = [new(0, Leader), new(0, InvalidTopicException, KafkaStorageError)],
        [ApiKey.UnregisterBroker] = [new(0, BrokerIdNotRegistered, InvalidRequest, RequestTimedOut)],
        [ApiKey.DescribeLogDirs] = [new(0, KafkaStorageError)],
        [ApiKey.RemoveStrays] = [new(0, InvalidRequest, KafkaStorageError)],
        [ApiKey.FindCoordinator] =
            [new(0, CoordinatorNotAvailable, CoordinatorLoadInProgress, InvalidGroupId, InvalidRequest)],
        [ApiKey.JoinGroup] =
        [
            new(0, Coordinator),
            new(
                0, InconsistentGroupProtocol, UnknownMemberId, InvalidSessionTimeout, GroupMaxSizeReached,
                RebalanceInProgress, InvalidRequest),
            new(4, MemberIdRequired), new(5, FencedInstanceId),
        ],
        [ApiKey.SyncGroup] =
        [
            new(0, Coordinator), new(0, IllegalGeneration, UnknownMemberId, RebalanceInProgress, InvalidRequest),
            // Kafka's word for an assignment that its log does not take.
            new(0, UnknownServerError), new(3, FencedInstanceId), new(5, InconsistentGroupProtocol),
        ],
        [ApiKey.Heartbeat] =
        [
            new(0, Coordinator), new(0, IllegalGeneration, UnknownMemberId, RebalanceInProgress),
            new(3, FencedInstanceId),
        ],
        [ApiKey.LeaveGroup] = [new(0, Coordinator), new(0, UnknownMemberId), new(3, FencedInstanceId)],
        [ApiKey.OffsetCommit] =
        [
            new(0, Coordinator),
            new(
                0, OffsetMetadataTooLarge, InvalidCommitOffsetSize, UnknownTopicOrPartition, IllegalGeneration,
                UnknownMemberId, RebalanceInProgress, InvalidRequest),
            // Members of the new protocol commit with version 9 (KIP-848).
            new(0, 8, UnsupportedVersion),
            new(7, FencedInstanceId), new(9, StaleMemberEpoch, GroupIdNotFound),
        ],
        [ApiKey.OffsetFetch] =
        [
            new(0, Coordinator), new(0, UnknownTopicOrPartition),
            // The generation is that of a classic member in a group of the new protocol.
            new(9, StaleMemberEpoch, UnknownMemberId, GroupIdNotFound, IllegalGeneration),
        ],
        [ApiKey.OffsetDelete] =
        [
            new(0, Coordinator),
            new(0, GroupIdNotFound, NonEmptyGroup, GroupSubscribedToTopic, UnknownTopicOrPartition),
        ],
        [ApiKey.ListGroups] = [new(0, Coordinator)],
        [ApiKey.DescribeGroups] = [new(0, Coordinator), new(6, GroupIdNotFound)],
        [ApiKey.DeleteGroups] = [new(0, Coordinator), new(0, GroupIdNotFound, NonEmptyGroup)],
        [ApiKey.ConsumerGroupHeartbeat] =
        [
            new(0, Coordinator),
            new(
                0, InvalidRequest, UnknownMemberId, FencedMemberEpoch, UnsupportedAssignor, UnreleasedInstanceId,
                FencedInstanceId, GroupMaxSizeReached, GroupIdNotFound),
            new(1, InvalidRegularExpression),
        ],
        [ApiKey.ConsumerGroupDescribe] = [new(0, Coordinator), new(0, GroupIdNotFound, InvalidRequest)],
    };

    private static ErrorCode[] Alterations =>
    [
        UnknownTopicOrPartition, InvalidRequest, InvalidConfig, InvalidTopicException, InvalidGroupId,
        RequestTimedOut, UnsupportedVersion,
    ];

    /// <summary>Every API that the table knows.</summary>
    public static IEnumerable<ApiKey> Apis => Rules.Keys;

    public static bool Contains(ApiKey api, short version, ErrorCode error) =>
        error == None || Rules[api].Any(rule =>
            version >= rule.First && version <= rule.Last && rule.Errors.Contains(error));

    private sealed record Rule(short First, short Last, params ErrorCode[] Errors)
    {
        public Rule(short first, params ErrorCode[] errors)
            : this(first, short.MaxValue, errors)
        {
        }
    }
}

using Akka.Event;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Broker.Handlers.Groups;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>Every API that a node serves; one line each.</summary>
internal static class HandlerSet
{
    public static ApiHandlers Create(
        NodeServices services,
        FetchLimits fetchLimits,
        GroupGateway groups,
        LogDirectories directories,
        ServedRelease release,
        ILoggingAdapter log)
    {
        ApiHandlers? all = null;
        var refusals = new TransactionRefusals(log, services.Clock);
        all = new ApiHandlers(
        [
            new ApiVersionsHandler(services, () => all!.Served),
            new MetadataHandler(services),
            new ProduceHandler(services),
            new FetchHandler(services, fetchLimits, new FetchSessions(fetchLimits.SessionSlots, services.Clock)),
            new ListOffsetsHandler(services),
            new OffsetForLeaderEpochHandler(services),
            new InitProducerIdHandler(services, refusals),
            new CreateTopicsHandler(services),
            new DeleteTopicsHandler(services),
            new CreatePartitionsHandler(services),
            new DeleteRecordsHandler(services),
            new DescribeConfigsHandler(services),
            new AlterConfigsHandler(services),
            new IncrementalAlterConfigsHandler(services),
            new DescribeClusterHandler(services),
            new DescribeTopicPartitionsHandler(services),
            new DescribeQuorumHandler(services),
            new AddRaftVoterHandler(services),
            new RemoveRaftVoterHandler(services),
            new DescribeProducersHandler(services),
            new UnregisterBrokerHandler(services),
            new DescribeLogDirsHandler(services, directories),
            new RemoveStraysHandler(services, directories.Strays),
            new FindCoordinatorHandler(services, refusals, groups),
            new GroupHandler<JoinGroupRequest>(ApiKey.JoinGroup, groups, request => request.GroupId),
            new GroupHandler<SyncGroupRequest>(ApiKey.SyncGroup, groups, request => request.GroupId),
            new GroupHandler<HeartbeatRequest>(ApiKey.Heartbeat, groups, request => request.GroupId),
            new GroupHandler<LeaveGroupRequest>(ApiKey.LeaveGroup, groups, request => request.GroupId),
            new GroupHandler<OffsetCommitRequest>(ApiKey.OffsetCommit, groups, request => request.GroupId),
            new OffsetFetchHandler(groups),
            new GroupHandler<OffsetDeleteRequest>(ApiKey.OffsetDelete, groups, request => request.GroupId),
            new ListGroupsHandler(groups),
            new DescribeGroupsHandler(groups),
            new DeleteGroupsHandler(groups),
            new ConsumerGroupHeartbeatHandler(groups),
            new ConsumerGroupDescribeHandler(groups),
        ],
        release);
        return all;
    }
}

using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Coordination.Controllers.VoterProtocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// DescribeQuorum: how far the voters and the observers of the metadata log have followed, as the controller knows it.
/// </summary>
internal sealed class DescribeQuorumHandler(NodeServices services)
    : AsyncApiHandler<DescribeQuorumRequest>(ApiKey.DescribeQuorum)
{
    private const string MetadataTopic = "__cluster_metadata";

    protected override async Task<IResponseMessage> HandleAsync(DescribeQuorumRequest request, RequestContext context)
    {
        ControllerProtocol.Reply reply =
            await VoterQuestions.AskAsync(services, new DescribeQuorum(0)).ConfigureAwait(false);
        if (reply is not QuorumDescribed quorum)
        {
            (ErrorCode error, string? message) = VoterQuestions.Outcome(reply);
            return new DescribeQuorumResponse { ErrorCode = error, ErrorMessage = message };
        }

        return new DescribeQuorumResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DescribeQuorumResponse.DescribeQuorumTopic
                {
                    TopicName = topic.TopicName,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition =>
                            topic.TopicName == MetadataTopic && partition.PartitionIndex == 0
                                ? Described(quorum)
                                : Unknown(partition.PartitionIndex)),
                    ],
                }),
            ],
            Nodes = [.. quorum.Replicas.Where(replica => replica.IsVoter).Select(Node)],
        };
    }

    private static DescribeQuorumResponse.DescribeQuorumPartition Unknown(int index) => new()
    {
        PartitionIndex = index,
        ErrorCode = ErrorCode.UnknownTopicOrPartition,
        ErrorMessage = $"Only {MetadataTopic}-0 is kept by voters.",
        LeaderId = NodeId.None,
    };

    private DescribeQuorumResponse.DescribeQuorumPartition Described(QuorumDescribed quorum) => new()
    {
        LeaderId = quorum.Leader,
        LeaderEpoch = quorum.Epoch,
        HighWatermark = quorum.HighWatermark,
        CurrentVoters = [.. quorum.Replicas.Where(one => one.IsVoter).Select(one => State(one, quorum.Leader))],
        Observers = [.. quorum.Replicas.Where(one => !one.IsVoter).Select(one => State(one, quorum.Leader))],
    };

    private DescribeQuorumResponse.ReplicaState State(QuorumReplica replica, NodeId leader)
    {
        long now = services.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        bool isLeader = replica.Voter.Node == leader;
        return new DescribeQuorumResponse.ReplicaState
        {
            ReplicaId = replica.Voter.Node,
            ReplicaDirectoryId = replica.Voter.Directory.Value,
            LogEndOffset = replica.LogEndOffset,
            LastFetchTimestamp = isLeader || replica.LogEndOffset < 0 ? -1 : now - replica.SilentMs,
            LastCaughtUpTimestamp = isLeader ? now : replica.BehindMs < 0 ? -1 : now - replica.BehindMs,
        };
    }

    private DescribeQuorumResponse.QuorumNode Node(QuorumReplica replica)
    {
        BrokerImage? broker = services.Image.Broker(replica.Voter.Node);
        return new DescribeQuorumResponse.QuorumNode
        {
            NodeId = replica.Voter.Node,
            Listeners =
            [
                .. broker?.Listeners.Select(listener => new DescribeQuorumResponse.QuorumListener
                {
                    Name = listener.Name, Host = listener.Host, Port = (ushort)listener.Port,
                }) ?? [],
            ],
        };
    }
}

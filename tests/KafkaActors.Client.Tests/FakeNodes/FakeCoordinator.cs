using System.Collections.Concurrent;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// The groups of a fake cluster, and the node that coordinates them. Thread-safe.
/// </summary>
internal sealed class FakeCoordinator(Func<MetadataImage> image)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeGroup> _groups = [];

    public NodeId Node { get; set; } = new(1);

    /// <summary>What the next request of an API is answered with, whatever it is.</summary>
    public ConcurrentDictionary<ApiKey, ErrorCode> Errors { get; } = new();

    /// <summary>Every request in the order they came, with the node that got it.</summary>
    public ConcurrentQueue<(NodeId Node, IRequestMessage Request)> Received { get; } = [];

    public IEnumerable<T> Requests<T>()
        where T : IRequestMessage => Received.Select(entry => entry.Request).OfType<T>();

    public T Read<T>(string group, Func<FakeGroup, T> question)
    {
        lock (_gate) return question(Group(group));
    }

    public void Change(string group, Action<FakeGroup> change)
    {
        lock (_gate) change(Group(group));
    }

    /// <param name="reply">Called once, now or later, from any thread.</param>
    public void Serve(NodeId node, IRequestMessage request, Action<IResponseMessage> reply)
    {
        Received.Enqueue((node, request));
        bool isAtFault = Errors.TryRemove(request.Api, out ErrorCode error);
        if (request is FindCoordinatorRequest find)
        {
            reply(new FindCoordinatorResponse
            {
                Coordinators = [.. find.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
                {
                    Key = key,
                    NodeId = Node,
                    ErrorCode = error,
                })],
            });
        }
        else if (request is ListGroupsRequest)
        {
            // As nodes do: those that do not coordinate have no groups.
            lock (_gate) reply(FakeGroupAdministration.List(error, node == Node ? _groups.Values : []));
        }
        else if (isAtFault || node != Node)
        {
            reply(Refusal(request, isAtFault ? error : ErrorCode.NotCoordinator));
        }
        else
        {
            lock (_gate) Group(NameOf(request)).Serve(request, reply);
        }
    }

    private FakeGroup Group(string name)
    {
        if (!_groups.TryGetValue(name, out FakeGroup? group)) _groups.Add(name, group = new FakeGroup(name, image));
        return group;
    }

    private static string NameOf(IRequestMessage request) => request switch
    {
        JoinGroupRequest join => join.GroupId,
        SyncGroupRequest sync => sync.GroupId,
        HeartbeatRequest beat => beat.GroupId,
        ConsumerGroupHeartbeatRequest beat => beat.GroupId,
        LeaveGroupRequest leave => leave.GroupId,
        OffsetCommitRequest commit => commit.GroupId,
        OffsetFetchRequest fetch => fetch.Groups[0].GroupId,
        DescribeGroupsRequest describe => describe.Groups[0],
        ConsumerGroupDescribeRequest describe => describe.GroupIds[0],
        DeleteGroupsRequest delete => delete.GroupsNames[0],
        OffsetDeleteRequest delete => delete.GroupId,
        _ => throw new NotSupportedException($"{request.Api}"),
    };

    private static IResponseMessage Refusal(IRequestMessage request, ErrorCode error) => request switch
    {
        JoinGroupRequest => new JoinGroupResponse { ErrorCode = error },
        SyncGroupRequest => new SyncGroupResponse { ErrorCode = error },
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = error },
        ConsumerGroupHeartbeatRequest => new ConsumerGroupHeartbeatResponse { ErrorCode = error },
        LeaveGroupRequest => new LeaveGroupResponse { ErrorCode = error },
        OffsetFetchRequest fetch => new OffsetFetchResponse
        {
            Groups = [new OffsetFetchResponse.OffsetFetchGroup { GroupId = NameOf(fetch), ErrorCode = error }],
        },
        OffsetCommitRequest commit => new OffsetCommitResponse
        {
            Topics = [.. commit.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(
                    partition => new OffsetCommitResponse.OffsetCommitPartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error,
                    })],
            })],
        },
        _ => FakeGroupAdministration.Refusal(NameOf(request), request, error),
    };
}

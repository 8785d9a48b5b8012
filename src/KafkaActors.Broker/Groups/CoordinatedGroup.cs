using KafkaActors.Broker.Coordinators;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Groups;

/// <summary>One group: hands its <see cref="GroupCore"/> each request with the time and the metadata of now.</summary>
internal sealed class CoordinatedGroup : ICoordinatedState
{
    private readonly GroupServices _services;
    private readonly CoordinatorClock _clock;
    private readonly Func<MetadataImage> _image;
    private readonly GroupCore _core;

    public CoordinatedGroup(string groupId, GroupServices services, CoordinatorClock clock, Func<MetadataImage> image)
    {
        _services = services;
        _clock = clock;
        _image = image;
        _core = new GroupCore(groupId, services, clock.Now);
    }

    public bool Exists => _core.Exists;

    public TimeSpan? NextDeadline => _core.NextDeadline;

    public void Replay(CoordinatorRecord record) => _core.Replay(record);

    public CoordinatorResult Loaded() => Ordered(_core.Loaded(_image(), _clock.Now));

    public CoordinatorResult Tick() => Ordered(_core.Tick(_image(), _clock.Now));

    public CoordinatorResult TopicsDeleted(IReadOnlyList<string> topics) =>
        Ordered(_core.TopicsDeleted(topics, _image()));

    public CoordinatorResult Handle(long ticket, CoordinatorCall call) => Ordered(Decide(ticket, (GroupCall)call));

    private CoordinatorResult Decide(long ticket, GroupCall call)
    {
        TimeSpan now = _clock.Now;
        return call.Request switch
        {
            HeartbeatRequest heartbeat => _core.Heartbeat(ticket, heartbeat, now),
            OffsetCommitRequest commit => _core.CommitOffsets(ticket, call.Version, commit, _image(), now),
            OffsetFetchRequest.OffsetFetchGroup fetch => _core.FetchOffsets(ticket, fetch, _image()),
            JoinGroupRequest join => _core.Join(ticket, call.Version, join, call.Client, _image(), now),
            SyncGroupRequest sync => _core.Sync(ticket, call.Version, sync, _image(), now),
            LeaveGroupRequest leave => _core.Leave(ticket, call.Version, leave, _image(), now),
            OffsetDeleteRequest delete => _core.DeleteOffsets(ticket, delete, _image()),
            ConsumerGroupHeartbeatRequest heartbeat => _core.ConsumerHeartbeat(
                ticket, call.Version, heartbeat, call.Client, _image(), now),
            DescribeGroupsRequest => _core.Describe(ticket, call.Version),
            ConsumerGroupDescribeRequest => _core.DescribeConsumer(ticket, _image()),
            DeleteGroupsRequest => _core.DeleteGroup(ticket, now),
            ListGroupsRequest => CoordinatorResult.Reply(ticket, new ListGroupsResponse
            {
                Groups = _core.Exists ? [_core.Listed] : [],
            }),
            _ => throw new InvalidOperationException($"{call.Request.GetType().Name} is no request of a group."),
        };
    }

    private CoordinatorResult Ordered(CoordinatorResult result)
    {
        IReadOnlyList<CoordinatorRecord> ordered = GroupRecordOrder.Of(result.Records, _services.MaxBatchBytes);
        return ReferenceEquals(ordered, result.Records) ? result : result with { Records = ordered };
    }
}

using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One group of the classic protocol in memory, without any timer: a rebalance is over as soon as every member has
/// joined. Not thread-safe: <see cref="FakeCoordinator"/> sees to that.
/// </summary>
internal sealed class FakeGroup(string name, Func<MetadataImage> image)
{
    private readonly Dictionary<string, Member> _members = [];
    private readonly Dictionary<TopicPartition, long> _offsets = [];
    private string _leader = "";
    private string _protocol = "";
    private int _generation;
    private int _lastMember;
    private bool _isRebalancing;
    private bool _awaitsSync;
    private bool _isConsumerGroup;

    /// <summary>What members of the consumer protocol join.</summary>
    public FakeConsumerGroup Consumer { get; } = new(name, image);

    public IReadOnlyCollection<string> MemberIds => [.. _members.Keys];

    public int Generation => _generation;

    public IReadOnlyDictionary<TopicPartition, long> Offsets => _offsets;

    public string Name => name;

    /// <summary>The assignor that the members chose.</summary>
    public string Protocol => _protocol;

    public bool Exists => _members.Count > 0 || _offsets.Count > 0 || ConsumerMembers.Count > 0;

    /// <summary>With any, the group is one of the consumer protocol, and its members are these.</summary>
    public IReadOnlyList<ConsumerGroupDescribeResponse.DescribedMember> ConsumerMembers { get; set; } = [];

    /// <summary>The node answers it some time: at once but for joins and syncs.</summary>
    public void Serve(IRequestMessage request, Action<IResponseMessage> reply)
    {
        _isConsumerGroup |= request is ConsumerGroupHeartbeatRequest;
        switch (request)
        {
            case ConsumerGroupHeartbeatRequest: reply(Consumer.Serve(request)); break;
            case OffsetCommitRequest or OffsetFetchRequest when _isConsumerGroup: reply(Consumer.Serve(request)); break;
            case JoinGroupRequest join: Join(join, reply); break;
            case SyncGroupRequest sync: Sync(sync, reply); break;
            case HeartbeatRequest beat:
                reply(new HeartbeatResponse { ErrorCode = Judge(beat.MemberId, beat.GenerationId) });
                break;
            case LeaveGroupRequest leave: Leave(leave, reply); break;
            case OffsetCommitRequest commit: reply(Commit(commit)); break;
            case OffsetFetchRequest fetch: reply(Fetch(fetch)); break;
            default: reply(FakeGroupAdministration.Answer(this, request)); break;
        }
    }

    public ReadOnlyMemory<byte> Assignment(string memberId) => _members[memberId].Assignment;

    public void Forget(TopicPartition partition) => _offsets.Remove(partition);

    /// <summary>Deletes all that was committed.</summary>
    public void Clear() => _offsets.Clear();

    /// <summary>Takes a member for dead, as a coordinator does after its session timeout.</summary>
    public void Evict(string memberId)
    {
        if (_members.Remove(memberId)) Rebalance();
    }

    /// <summary>Commits from outside of the group.</summary>
    public void Set(TopicPartition partition, long offset) => _offsets[partition] = offset;

    private void Join(JoinGroupRequest request, Action<IResponseMessage> reply)
    {
        if (request.MemberId.Length == 0)
        {
            string id = $"member-{++_lastMember}";
            reply(new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = id });
            return;
        }

        if (!_members.TryGetValue(request.MemberId, out Member? member))
            _members.Add(request.MemberId, member = new Member(request.MemberId));
        member.Protocols = request.Protocols;
        member.Joining = reply;
        _isRebalancing = true;
        CompleteJoins();
    }

    private void CompleteJoins()
    {
        if (!_isRebalancing || _members.Values.Any(member => member.Joining is null)) return;
        _isRebalancing = false;
        if (_members.Count == 0) return;
        _awaitsSync = true;
        _generation++;
        if (!_members.ContainsKey(_leader)) _leader = _members.Keys.First();
        _protocol = _members[_leader].Protocols
            .First(wanted => _members.Values.All(member => member.Metadata(wanted.Name) is not null)).Name;
        foreach (Member member in _members.Values)
        {
            Action<IResponseMessage> reply = member.Joining!;
            member.Joining = null;
            reply(new JoinGroupResponse
            {
                GenerationId = _generation,
                ProtocolType = "consumer",
                ProtocolName = _protocol,
                Leader = _leader,
                MemberId = member.Id,
                Members = member.Id != _leader ? [] : [.. _members.Values.Select(
                    other => new JoinGroupResponse.JoinGroupMember
                    {
                        MemberId = other.Id,
                        Metadata = other.Metadata(_protocol)!.Value,
                    })],
            });
        }
    }

    private void Sync(SyncGroupRequest request, Action<IResponseMessage> reply)
    {
        ErrorCode error = Judge(request.MemberId, request.GenerationId);
        if (error != ErrorCode.None)
        {
            reply(new SyncGroupResponse { ErrorCode = error });
            return;
        }

        _members[request.MemberId].Syncing = reply;
        foreach (SyncGroupRequest.SyncGroupAssignment share in request.Assignments)
        {
            if (_members.TryGetValue(share.MemberId, out Member? member)) member.Assignment = share.Assignment;
        }

        if (request.MemberId == _leader) _awaitsSync = false;
        if (_awaitsSync) return;
        foreach (Member member in _members.Values) member.EndSync(new SyncGroupResponse
        {
            ProtocolType = "consumer",
            ProtocolName = _protocol,
            Assignment = member.Assignment,
        });
    }

    private void Leave(LeaveGroupRequest request, Action<IResponseMessage> reply)
    {
        foreach (LeaveGroupRequest.MemberIdentity member in request.Members) _members.Remove(member.MemberId);
        reply(new LeaveGroupResponse());
        Rebalance();
    }

    private void Rebalance()
    {
        _isRebalancing = true;
        foreach (Member member in _members.Values)
            member.EndSync(new SyncGroupResponse { ErrorCode = ErrorCode.RebalanceInProgress });
        CompleteJoins();
    }

    private ErrorCode Judge(string memberId, int generation)
    {
        if (!_members.ContainsKey(memberId)) return ErrorCode.UnknownMemberId;
        if (generation != _generation) return ErrorCode.IllegalGeneration;
        return _isRebalancing ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        ErrorCode error = _members.Count == 0 && request.GenerationIdOrMemberEpoch < 0
            ? ErrorCode.None
            : Judge(request.MemberId, request.GenerationIdOrMemberEpoch);
        // Members may commit until the next generation begins.
        if (error == ErrorCode.RebalanceInProgress) error = ErrorCode.None;
        return new OffsetCommitResponse
        {
            Topics = [.. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition =>
                {
                    var name = new TopicPartition(topic.Name, partition.PartitionIndex);
                    if (error == ErrorCode.None) _offsets[name] = partition.CommittedOffset;
                    return new OffsetCommitResponse.OffsetCommitPartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = error,
                    };
                })],
            })],
        };
    }

    private OffsetFetchResponse Fetch(OffsetFetchRequest request) => new()
    {
        Groups =
        [
            new OffsetFetchResponse.OffsetFetchGroup
            {
                GroupId = name,
                Topics = [.. Asked(request.Groups[0]).GroupBy(partition => partition.Topic).Select(topic =>
                    new OffsetFetchResponse.OffsetFetchTopic
                    {
                        Name = topic.Key,
                        Partitions = [.. topic.Select(partition => new OffsetFetchResponse.OffsetFetchPartition
                        {
                            PartitionIndex = partition.Partition,
                            CommittedOffset = _offsets.GetValueOrDefault(partition, -1),
                        })],
                    })],
            },
        ],
    };

    private IEnumerable<TopicPartition> Asked(OffsetFetchRequest.OffsetFetchGroup request) =>
        request.Topics?.SelectMany(topic =>
            topic.PartitionIndexes.Select(index => new TopicPartition(topic.Name, index)))
        ?? _offsets.Keys;

    private sealed class Member(string id)
    {
        public string Id => id;

        public IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> Protocols { get; set; } = [];

        public ReadOnlyMemory<byte> Assignment { get; set; }

        /// <summary>Waits for the others to join.</summary>
        public Action<IResponseMessage>? Joining { get; set; }

        /// <summary>Waits for the leader's decision.</summary>
        public Action<IResponseMessage>? Syncing { private get; set; }

        public ReadOnlyMemory<byte>? Metadata(string protocol) =>
            Protocols.FirstOrDefault(known => known.Name == protocol)?.Metadata;

        public void EndSync(SyncGroupResponse response)
        {
            Action<IResponseMessage>? reply = Syncing;
            Syncing = null;
            reply?.Invoke(response);
        }
    }
}

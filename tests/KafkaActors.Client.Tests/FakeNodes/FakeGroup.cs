using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One group of the classic protocol in memory, without any timer: a rebalance is over as soon as every member has
/// joined. Not thread-safe: <see cref="FakeCoordinator"/> sees to that.
/// </summary>
internal sealed class FakeGroup(string name)
{
    private readonly Dictionary<string, Member> _members = [];
    private readonly Dictionary<TopicPartition, long> _offsets = [];
    private string _leader = "";
    private string _protocol = "";
    private int _generation;
    private int _lastMember;
    private bool _isRebalancing;
    private bool _awaitsSync;

    public IReadOnlyCollection<string> MemberIds => [.. _members.Keys];

    public int Generation => _generation;

    public IReadOnlyDictionary<TopicPartition, long> Offsets => _offsets;

    /// <summary>The node answers it some time: at once but for joins and syncs.</summary>
    public void Serve(IRequestMessage request, Action<IResponseMessage> reply)
    {
        switch (request)
        {
            case JoinGroupRequest join: Join(join, reply); break;
            case SyncGroupRequest sync: Sync(sync, reply); break;
            case HeartbeatRequest beat:
                reply(new HeartbeatResponse { ErrorCode = Judge(beat.MemberId, beat.GenerationId) });
                break;
            case LeaveGroupRequest leave: Leave(leave, reply); break;
            case OffsetCommitRequest commit: reply(Commit(commit)); break;
            case OffsetFetchRequest fetch: reply(Fetch(fetch)); break;
            default: throw new NotSupportedException($"{request.Api}");
        }
    }

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
                Topics = [.. request.Groups[0].Topics!.Select(topic => new OffsetFetchResponse.OffsetFetchTopic
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(
                        index => new OffsetFetchResponse.OffsetFetchPartition
                        {
                            PartitionIndex = index,
                            CommittedOffset = _offsets.GetValueOrDefault(new TopicPartition(topic.Name, index), -1),
                        })],
                })],
            },
        ],
    };

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

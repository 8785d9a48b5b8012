using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>
/// A consumer of the classic protocol as clients are. An eager one gives everything up before it joins again; a
/// cooperative one goes on reading, and gives up what its next assignment lacks. The leader of a classic group assigns.
/// </summary>
internal sealed class SimulatedClassicConsumer(MigrationScene scene, bool isCooperative)
{
    private const int Partitions = 4;

    private int _generation;
    private long? _pending;
    private bool _isJoining = true;
    private JoinGroupResponse? _joined;

    public string MemberId { get; private set; } = "";

    /// <summary>What it reads records from.</summary>
    public IReadOnlyList<int> Owned { get; private set; } = [];

    private GroupScene Group => scene.Group;

    /// <summary>Sends what it owes, if it is not waiting for an answer.</summary>
    public void Proceed()
    {
        Learn();
        if (_pending is not null) return;
        if (_isJoining) Join();
        else if (_joined is not null) Sync();
        Learn();
    }

    public void Beat()
    {
        Learn();
        if (MemberId.Length == 0 || _isJoining || _joined is not null) return;
        if (Group.Heartbeat(MemberId, _generation) is var error and not ErrorCode.None) Failed(error);
    }

    public void Leave()
    {
        if (MemberId.Length > 0) Group.Leave((MemberId, null));
    }

    /// <summary>The coordinator that it waits for is gone.</summary>
    public void AnswerGotLost()
    {
        Learn();
        _pending = null;
    }

    public void Learn()
    {
        if (_pending is not { } ticket || Group.IsWaiting(ticket)) return;
        _pending = null;
        if (_isJoining) Joined(Group.Joined(ticket));
        else Synced(Group.Synced(ticket));
    }

    private void Join()
    {
        if (!isCooperative) Owned = [];
        _pending = scene.Join(MemberId, owned: string.Join(',', Owned));
    }

    private void Joined(JoinGroupResponse response)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            Failed(response.ErrorCode);
            return;
        }

        (MemberId, _generation, _joined, _isJoining) = (response.MemberId, response.GenerationId, response, false);
    }

    private void Sync()
    {
        var request = new SyncGroupRequest
        {
            GroupId = GroupScene.GroupId,
            MemberId = MemberId,
            GenerationId = _generation,
            Assignments = [.. Assignments(_joined!.Members)],
        };
        _pending = Group.Apply(ticket => Group.Core.Sync(ticket, 3, request, Group.Image, Group.Now));
    }

    private void Synced(SyncGroupResponse response)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            Failed(response.ErrorCode);
            return;
        }

        int[] assigned = [.. ClassicConsumerProtocol.AssignmentOf(response.Assignment)!.AssignedPartitions
            .SelectMany(topic => topic.Partitions)];
        _isJoining = isCooperative && Owned.Except(assigned).Any();
        (Owned, _joined) = (assigned, null);
    }

    private void Failed(ErrorCode error)
    {
        Assert.That(error, Is.AnyOf(
            ErrorCode.RebalanceInProgress, ErrorCode.IllegalGeneration, ErrorCode.UnknownMemberId));
        (_isJoining, _joined) = (true, null);
        if (error == ErrorCode.RebalanceInProgress) return;
        Owned = [];
        if (error == ErrorCode.UnknownMemberId) MemberId = "";
    }

    /// <summary>In turn; but what somebody owns goes to nobody else before that has given it up.</summary>
    private static IEnumerable<SyncGroupRequest.SyncGroupAssignment> Assignments(
        IReadOnlyList<JoinGroupResponse.JoinGroupMember> members)
    {
        string[] ids = [.. members.Select(member => member.MemberId).Order(StringComparer.Ordinal)];
        Dictionary<int, string> owners = members
            .SelectMany(member => ClassicConsumerProtocol.SubscriptionOf(member.Metadata)!.OwnedPartitions
                .SelectMany(topic => topic.Partitions).Select(partition => (partition, member.MemberId)))
            .ToDictionary(owned => owned.partition, owned => owned.MemberId);
        return ids.Select((id, index) => new SyncGroupRequest.SyncGroupAssignment
        {
            MemberId = id,
            Assignment = MigrationScene.Assignment(string.Join(',', Enumerable.Range(0, Partitions).Where(partition =>
                partition % ids.Length == index && owners.GetValueOrDefault(partition, id) == id))),
        });
    }
}

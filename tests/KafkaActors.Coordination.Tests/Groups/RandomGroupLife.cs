using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>Up to six clients of one group, of which each does at random what a client could do next.</summary>
internal sealed class RandomGroupLife(Random random, int seed)
{
    private readonly SimulatedMember[] _members =
        [.. Enumerable.Range(0, 6).Select(i => new SimulatedMember(i % 3 == 0 ? $"instance-{i}" : null))];

    private readonly HashSet<long> _lost = [];

    public GroupScene Group { get; } = new(seed: seed);

    /// <summary>How often a member was told what it is assigned.</summary>
    public int AssignmentCount { get; private set; }

    public IEnumerable<long> Unanswered => Enumerable.Range(0, Group.TicketCount)
        .Select(ticket => (long)ticket)
        .Where(ticket => Group.IsWaiting(ticket) && !_lost.Contains(ticket));

    public void Step()
    {
        SimulatedMember member = _members[random.Next(_members.Length)];
        switch (random.Next(40))
        {
            case < 22:
                Proceed(member);
                break;
            case < 26:
                Beat();
                break;
            case < 28:
                Group.Commit("t", random.Next(4), random.Next(100), member.Id, member.Generation);
                break;
            case 28:
                Join(member);
                break;
            case 29 when random.Next(2) == 0:
                Leave(member);
                break;
            case 30 when random.Next(3) == 0:
                member.Forget();
                break;
            case 31 when random.Next(4) == 0:
                Reload();
                break;
            default:
                Group.Advance(random.Next(1, 3000) / 1000.0);
                break;
        }

        Learn();
    }

    /// <summary>Everybody falls silent, so that nothing can wait any longer.</summary>
    public void End()
    {
        Group.Advance(TimeSpan.FromMinutes(20));
        Learn();
    }

    /// <summary>What a client does that nothing happens to.</summary>
    private void Proceed(SimulatedMember member)
    {
        if (member.Generation < 0) Join(member);
        else if (member.Pending is null && !member.HasSynced) Sync(member);
    }

    private void Join(SimulatedMember member)
    {
        if (member.Pending is not null && random.Next(10) > 0) return;
        string topics = random.Next(10) == 0 ? "t,u" : "t";
        short version = (short)random.Next(member.Instance is null ? 2 : 5, 10);
        member.Pending = Group.Join(
            member.Id, member.Instance, version, random.Next(8) == 0 ? "sticky,range" : "range", topics,
            rebalanceMs: 15_000);
        member.IsJoining = true;
    }

    /// <summary>Whoever takes itself for the leader assigns: to each member its id and the generation.</summary>
    private void Sync(SimulatedMember member)
    {
        var assignments = member.LeadsOver.Select(id => (id, $"{id}@{member.Generation}")).ToArray();
        member.Pending = Group.Sync(member.Id, member.Generation, member.Instance, 3, assignments);
        member.IsJoining = false;
    }

    private void Beat()
    {
        foreach (SimulatedMember member in _members.Where(member => member.Generation >= 0))
            member.Beaten(Group.Heartbeat(member.Id, member.Generation, member.Instance));
    }

    private void Leave(SimulatedMember member)
    {
        Group.Leave((member.Id, member.Instance));
        member.Forget();
    }

    /// <summary>What waits at the old coordinator is answered by its actor.</summary>
    private void Reload()
    {
        foreach (long ticket in Unanswered.ToList()) _lost.Add(ticket);
        foreach (SimulatedMember member in _members) member.Pending = null;
        Group.Reload();
    }

    private void Learn()
    {
        foreach (SimulatedMember member in _members)
        {
            if (member.Pending is not { } ticket || Group.IsWaiting(ticket)) continue;
            member.Pending = null;
            if (member.IsJoining) member.Joined(Group.Joined(ticket));
            else Synced(member, ticket);
        }
    }

    private void Synced(SimulatedMember member, long ticket)
    {
        SyncGroupResponse response = Group.Synced(ticket);
        member.Synced(response.ErrorCode);
        if (response.ErrorCode != ErrorCode.None) return;
        string assignment = Requests.Text(response.Assignment);
        if (assignment.Length == 0) return;
        AssignmentCount++;
        Assert.That(assignment, Does.EndWith($"@{member.Generation}"), "of the generation it asked for");
        Assert.That(Group.Log.Take(Group.RecordsBehind(ticket)).Any(record => IsOf(record, member.Generation)),
            Is.True, "behind the record");
    }

    private static bool IsOf(CoordinatorRecord record, int generation) =>
        record.Value is GroupMetadataValue value && value.Generation == generation;

    private sealed class SimulatedMember(string? instance)
    {
        public string? Instance { get; } = instance;

        public string Id { get; private set; } = "";

        public int Generation { get; private set; } = -1;

        /// <summary>The members that it is to assign to; none for a follower.</summary>
        public IReadOnlyList<string> LeadsOver { get; private set; } = [];

        public long? Pending { get; set; }

        public bool IsJoining { get; set; }

        public bool HasSynced { get; private set; }

        public void Synced(ErrorCode error)
        {
            HasSynced = error == ErrorCode.None;
            if (error != ErrorCode.None) Beaten(error);
        }

        public void Beaten(ErrorCode error)
        {
            if (error is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId) Forget();
            else if (error != ErrorCode.None) Generation = -1;
        }

        public void Joined(JoinGroupResponse response)
        {
            if (response.ErrorCode is ErrorCode.None or ErrorCode.MemberIdRequired) Id = response.MemberId;
            if (response.ErrorCode is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId) Id = "";
            bool isMember = response.ErrorCode == ErrorCode.None;
            Generation = isMember ? response.GenerationId : -1;
            HasSynced = false;
            LeadsOver = isMember && !response.SkipAssignment ? [.. response.Members.Select(m => m.MemberId)] : [];
        }

        /// <summary>The process was started again.</summary>
        public void Forget() => (Id, Generation, LeadsOver, Pending) = ("", -1, [], null);
    }
}

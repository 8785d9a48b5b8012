using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>A membership whose coordinator the test plays, at times the test chooses.</summary>
internal sealed class ScriptedMember
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<MembershipEffect> _effects = [];

    public ScriptedMember(string assignors = "range", string? instanceId = null)
    {
        Settings = new GroupMemberSettings(
            "g",
            instanceId,
            TimeSpan.FromSeconds(45),
            TimeSpan.FromSeconds(300),
            TimeSpan.FromSeconds(3),
            Members.Assignors(assignors),
            RemoteAssignor: null,
            TimeSpan.FromSeconds(30));
        Coordinator = new CoordinatorLookup("g", new Backoff(Second, Second));
        Core = new ClassicGroupMembership(Settings, Coordinator, new Backoff(Second, Second));
        FindCoordinator();
    }

    public GroupMemberSettings Settings { get; }

    public CoordinatorLookup Coordinator { get; }

    public ClassicGroupMembership Core { get; }

    public TimeSpan Now { get; set; }

    public void FindCoordinator()
    {
        Coordinator.Begin();
        Coordinator.Learn(
            new FindCoordinatorResponse
            {
                Coordinators = [new FindCoordinatorResponse.Coordinator { Key = "g", NodeId = new NodeId(1) }],
            },
            Now);
    }

    /// <summary>Runs a step of the core and keeps what it wants done.</summary>
    public void Do(Func<ClassicGroupMembership, IReadOnlyList<MembershipEffect>> step) => _effects.AddRange(step(Core));

    public void Tick() => Do(core => core.Tick(Now));

    /// <summary>The one effect of this type since the last <see cref="Take{T}"/>; other effects of it fail.</summary>
    public T Take<T>()
        where T : MembershipEffect
    {
        T[] found = [.. _effects.OfType<T>()];
        Assert.That(found, Has.Length.EqualTo(1), $"of {string.Join(", ", _effects)}");
        _effects.Remove(found[0]);
        return found[0];
    }

    public bool Wants<T>()
        where T : MembershipEffect => _effects.OfType<T>().Any();

    /// <summary>Whether a request of this type waits to be taken.</summary>
    public bool Sends<T>()
        where T : IRequestMessage =>
        _effects.OfType<MembershipEffect.Send>().Any(send => send.Call.Request is T);

    /// <summary>The call under way with a request of this type.</summary>
    public MembershipCall TakeCall<T>()
        where T : IRequestMessage
    {
        MembershipEffect.Send[] found =
            [.. _effects.OfType<MembershipEffect.Send>().Where(send => send.Call.Request is T)];
        Assert.That(found, Has.Length.EqualTo(1), $"calls with {typeof(T).Name} in {string.Join(", ", _effects)}");
        _effects.Remove(found[0]);
        return found[0].Call;
    }

    public T TakeRequest<T>(out MembershipCall call)
        where T : IRequestMessage => (T)(call = TakeCall<T>()).Request;

    public void Answer(MembershipCall call, IResponseMessage response) =>
        Do(core => core.Answered(call, response, Now));

    /// <summary>Joins and is given these partitions, as a follower.</summary>
    public void BecomeStable(string assigned, int generation = 1)
    {
        Do(core => core.Subscribe(["t"], Now));
        JoinAsFollower(generation);
        GiveAssignment(assigned);
    }

    public void JoinAsFollower(int generation) => Answer(
        TakeCall<JoinGroupRequest>(),
        new JoinGroupResponse
        {
            MemberId = "me",
            Leader = "other",
            GenerationId = generation,
            ProtocolType = "consumer",
            ProtocolName = Settings.Assignors[0].Name,
        });

    public void JoinAsLeader(params (string Id, string Topics)[] members) => Answer(
        TakeCall<JoinGroupRequest>(),
        new JoinGroupResponse
        {
            MemberId = "me",
            Leader = "me",
            GenerationId = 1,
            ProtocolType = "consumer",
            ProtocolName = Settings.Assignors[0].Name,
            Members = [.. members.Select(member => new JoinGroupResponse.JoinGroupMember
            {
                MemberId = member.Id,
                Metadata = ConsumerBlobs.Subscription(member.Topics.Split(' '), null, [], -1),
            })],
        });

    public void GiveAssignment(string partitions)
    {
        var assignment = new MemberAssignment(Members.Partitions(partitions));
        Answer(
            TakeCall<SyncGroupRequest>(),
            new SyncGroupResponse { Assignment = ConsumerBlobs.Assignment(assignment) });
    }

    /// <summary>Lets a heartbeat become due and answers it.</summary>
    public void Heartbeat(ErrorCode error)
    {
        Now += Settings.HeartbeatInterval;
        Tick();
        Answer(TakeCall<HeartbeatRequest>(), new HeartbeatResponse { ErrorCode = error });
    }
}

using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// A membership of the consumer protocol whose coordinator the test plays, at times the test chooses. Topics are
/// <c>t</c> and <c>u</c>, whose names are known unless the test says otherwise.
/// </summary>
internal sealed class ScriptedConsumerMember
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<TopicId, string> Ids = new() { [Id("t")] = "t", [Id("u")] = "u" };

    private static readonly Dictionary<string, int> NoCounts = [];

    private readonly List<string> _effects = [];

    public ScriptedConsumerMember(string? instanceId = null, string? remoteAssignor = null)
    {
        var settings = new GroupMemberSettings(
            "g",
            instanceId,
            TimeSpan.FromSeconds(45),
            TimeSpan.FromSeconds(300),
            TimeSpan.FromSeconds(3),
            [],
            remoteAssignor,
            TimeSpan.FromSeconds(30));
        Coordinator = new CoordinatorLookup("g", new Backoff(Second, Second));
        Core = new ConsumerGroupMembership(settings, "me", Coordinator, new Backoff(Second, Second));
        FindCoordinator();
    }

    public CoordinatorLookup Coordinator { get; }

    public ConsumerGroupMembership Core { get; }

    public TimeSpan Now { get; set; }

    /// <summary>False: names are asked for and do not come before <see cref="LearnNames"/>.</summary>
    public bool KnowsNames { get; set; } = true;

    /// <summary>The last heartbeat, but for one that leaves.</summary>
    public MembershipCall? Call { get; private set; }

    public ConsumerGroupHeartbeatRequest Heartbeat => (ConsumerGroupHeartbeatRequest)Call!.Request;

    /// <summary>The number of the last demand to let go.</summary>
    public int Revocation { get; private set; }

    public static TopicId Id(string topic) => new(new Guid(topic[0], 0, 0, new byte[8]));

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

    public void Do(Func<ConsumerGroupMembership, IReadOnlyList<MembershipEffect>> step)
    {
        foreach (MembershipEffect effect in step(Core)) Note(effect);
    }

    public void Subscribe(string topics = "t u", string? regex = null) => Do(core => core.Subscribe(
        new SubscribedTopics(topics.Split(' ', StringSplitOptions.RemoveEmptyEntries), regex), Now));

    public void Tick() => Do(core => core.Tick(Now));

    /// <summary>Lets the interval pass, so that a heartbeat is under way.</summary>
    public void Beat()
    {
        Now += Interval;
        Tick();
    }

    /// <param name="assigned">Null: no word about it.</param>
    public void Answer(string? assigned = null, int epoch = 1) => Answer(
        new ConsumerGroupHeartbeatResponse
        {
            MemberId = "me",
            MemberEpoch = epoch,
            HeartbeatIntervalMs = (int)Interval.TotalMilliseconds,
            Assignment = assigned is null ? null : new ConsumerGroupHeartbeatResponse.MemberAssignment
            {
                TopicPartitions = [.. Members.Partitions(assigned)
                    .GroupBy(partition => partition.Topic, partition => partition.Partition)
                    .Select(topic => new ConsumerGroupHeartbeatResponse.AssignedTopic
                    {
                        TopicId = Id(topic.Key),
                        Partitions = [.. topic],
                    })],
            },
        });

    public void Refuse(ErrorCode error) => Answer(new ConsumerGroupHeartbeatResponse { ErrorCode = error });

    public void LeaveUnanswered(ErrorCode error) => Do(core => core.Unanswered(Call!, error, Now));

    public void LetGo() => Do(core => core.Revoked(Revocation, Now));

    public void LearnNames() => Do(core => core.Learn(new KnownTopics(NoCounts, Ids), Now));

    /// <summary>Joins, is given these, and has said that it has them.</summary>
    public void BecomeStable(string assigned, int epoch = 1)
    {
        Subscribe();
        Answer(assigned, epoch);
        Answer(epoch: epoch);
        Take();
    }

    /// <summary>
    /// What was wanted done since the last call: <c>join</c>, <c>beat</c>, <c>ack</c> (a heartbeat that says what is
    /// owned), <c>leave</c>, <c>+tp0</c> (assign), <c>-tp0</c> (let go), <c>lost tp0</c>, <c>names</c>, <c>fail</c>.
    /// </summary>
    public string Take()
    {
        string text = string.Join(", ", _effects);
        _effects.Clear();
        return text;
    }

    private void Answer(ConsumerGroupHeartbeatResponse response) =>
        Do(core => core.Answered(Call!, response, Now));

    private void Note(MembershipEffect effect)
    {
        if (effect is not MembershipEffect.NameTopics names) _effects.Add(Text(effect));
        else if (KnowsNames) LearnNames();
        else
        {
            _effects.Add(names.Topics.Count > 0 ? "names" : "no names");
            Do(core => core.Learn(new KnownTopics(NoCounts, new Dictionary<TopicId, string>()), Now));
        }
    }

    private string Text(MembershipEffect effect)
    {
        switch (effect)
        {
            case MembershipEffect.Send { Call: var call }: return Text(call);
            case MembershipEffect.Assign assign: return $"+{Members.Text(assign.Partitions)}";
            case MembershipEffect.Revoke revoke:
                Revocation = revoke.Id;
                return $"-{Members.Text(revoke.Partitions)}";
            case MembershipEffect.Lose lose: return $"lost {Members.Text(lose.Partitions)}";
            case MembershipEffect.Fail: return "fail";
            default: throw new ArgumentException($"{effect}");
        }
    }

    private string Text(MembershipCall call)
    {
        var request = (ConsumerGroupHeartbeatRequest)call.Request;
        if (request.MemberEpoch < 0) return "leave";
        Call = call;
        if (request.MemberEpoch == 0) return "join";
        return request.TopicPartitions is null ? "beat" : "ack";
    }
}

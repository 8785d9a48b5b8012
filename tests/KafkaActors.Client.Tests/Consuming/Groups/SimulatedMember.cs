using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// A member's core in a <see cref="GroupSimulation"/>, with a reader that takes its time to let go, and an actor's
/// duties: to look for the coordinator, and to wake the core when something is due.
/// </summary>
internal sealed class SimulatedMember
{
    private const string Consumer = "consumer";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly GroupSimulation _simulation;
    private readonly CoordinatorLookup _coordinator = new("g", new Backoff(Pause, Pause));
    private readonly IGroupMembership _core;
    private TimeSpan? _wakesAt;
    private int _losses;

    /// <param name="kind">Names of assignors of the classic protocol, or <c>consumer</c>.</param>
    public SimulatedMember(GroupSimulation simulation, string name, string kind)
    {
        _simulation = simulation;
        Name = name;
        var settings = new GroupMemberSettings(
            "g",
            null,
            TimeSpan.FromSeconds(45),
            TimeSpan.FromSeconds(300),
            TimeSpan.FromSeconds(3),
            kind == Consumer ? [] : Members.Assignors(kind),
            RemoteAssignor: null,
            TimeSpan.FromSeconds(30));
        var backoff = new Backoff(Pause, Pause);
        _core = kind == Consumer
            ? new ConsumerGroupMembership(settings, name, _coordinator, backoff)
            : new ClassicGroupMembership(settings, _coordinator, backoff);
    }

    public string Name { get; }

    public bool IsAlive { get; private set; } = true;

    public HashSet<TopicPartition> Reading { get; } = [];

    public string State =>
        (_core as ClassicGroupMembership)?.State.ToString() ?? $"{((ConsumerGroupMembership)_core).State}";

    public void Subscribe(params string[] topics) => Run(core => core.Subscribe(topics, _simulation.Now));

    public void Learn() => Run(core => core.Learn(_simulation.Topics.Known, _simulation.Now));

    /// <summary>As the connection to the coordinator sees to it when the member's actor is gone.</summary>
    public void Stop()
    {
        IsAlive = false;
        Reading.Clear();
        if (_core.LastWill is { } will) _simulation.Send(this, will, _ => { }, () => { });
    }

    /// <summary>The whole process is gone, and nobody tells the coordinator.</summary>
    public void Crash()
    {
        IsAlive = false;
        Reading.Clear();
    }

    private void Run(Func<IGroupMembership, IReadOnlyList<MembershipEffect>> step)
    {
        if (!IsAlive) return;
        foreach (MembershipEffect effect in step(_core)) Obey(effect);
        if (_core.NeedsCoordinator && _coordinator.IsDue(_simulation.Now)) FindCoordinator();
        Wake();
    }

    private void Obey(MembershipEffect effect)
    {
        switch (effect)
        {
            case MembershipEffect.Send { Call: var call }: Send(call); break;
            case MembershipEffect.Assign assign: Read(assign.Partitions); break;
            case MembershipEffect.Revoke revoke:
                int losses = _losses;
                _simulation.After(15_000, () => LetGo(revoke, losses));
                break;
            case MembershipEffect.Lose lose:
                _losses++;
                Reading.ExceptWith(lose.Partitions);
                break;
            case MembershipEffect.WatchTopics or MembershipEffect.NameTopics:
                _simulation.After(500, Learn);
                break;
            default: throw new AssertionException($"{Name} at {_simulation.Now}: {effect}");
        }
    }

    private void Send(MembershipCall call) => _simulation.Send(
        this,
        call.Request,
        response => Run(core => core.Answered(call, response, _simulation.Now)),
        () => Run(core => core.Unanswered(call, ErrorCode.NetworkException, _simulation.Now)));

    private void Read(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            SimulatedMember[] others = [.. _simulation.Members.Where(other => other.Reading.Contains(partition))];
            Assert.That(
                others, Is.Empty, $"{partition} is given to {Name} at {_simulation.Now}, seed {_simulation.Seed}");
            Reading.Add(partition);
        }
    }

    private void LetGo(MembershipEffect.Revoke revoke, int losses)
    {
        if (!IsAlive) return;
        // What was lost meanwhile has been let go of already, and may be here again.
        if (losses == _losses) Reading.ExceptWith(revoke.Partitions);
        Run(core => core.Revoked(revoke.Id, _simulation.Now));
    }

    private void FindCoordinator()
    {
        _coordinator.Begin();
        _simulation.After(200, () =>
        {
            _coordinator.Learn(
                new FindCoordinatorResponse
                {
                    Coordinators = [new FindCoordinatorResponse.Coordinator { Key = "g", NodeId = new NodeId(1) }],
                },
                _simulation.Now);
            Run(core => core.Tick(_simulation.Now));
        });
    }

    private void Wake()
    {
        TimeSpan? next = _coordinator.Node is null ? _coordinator.NextDeadline : _core.NextDeadline;
        if (!_core.NeedsCoordinator || next is not { } due || due == _wakesAt) return;
        _wakesAt = due;
        _simulation.At(due, () =>
        {
            _wakesAt = null;
            // Its reader never stands still.
            Run(core => core.Read(_simulation.Now));
        });
    }
}

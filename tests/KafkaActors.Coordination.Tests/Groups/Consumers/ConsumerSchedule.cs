using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>
/// A random life of a group: consumers come, close, crash, lose answers and take their time; topics come, grow and go;
/// the coordinator moves. Checks after each step that no partition has two owners, and that the log tells all.
/// </summary>
internal sealed class ConsumerSchedule
{
    private const int MostConsumers = 7;

    private static readonly string[] Names = ["a1", "a2", "b1", "b2"];

    private readonly ConsumerGroupFixture _fixture;
    private readonly List<SimulatedConsumer> _consumers = [];
    private readonly Random _random;
    private readonly (int Weight, Action Step)[] _steps;
    private int _checks;
    private int _lastMember;
    private int _lastTopic;

    public ConsumerSchedule(int seed, ConsumerGroupRules rules)
    {
        _random = new Random(seed);
        _fixture = new ConsumerGroupFixture(rules: rules);
        _steps =
        [
            (120, () => Each(Heartbeat)), (40, () => Each(consumer => consumer.Apply())),
            (10, Start), (4, () => Each(Close)), (3, () => Each(consumer => _consumers.Remove(consumer))),
            (8, () => Pass(20)), (1, () => Pass(70)), (4, _fixture.Reload),
            (3, Grow), (3, CreateTopic), (1, DeleteTopic), (4, () => Each(Resubscribe)),
        ];
        foreach (string name in Names) _fixture.WithTopic(++_lastTopic, name, _random.Next(1, 9));
    }

    private ConsumerGroup Group => _fixture.Group;

    private MetadataImage Image => _fixture.Image;

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Pick()();
            Check();
        }
    }

    /// <summary>Nothing happens any more but heartbeats: the group comes to rest with everything assigned.</summary>
    public void ComeToRest()
    {
        for (int round = 0; round < 40; round++)
        {
            foreach (SimulatedConsumer consumer in _consumers)
            {
                consumer.Answered(_fixture.Send(consumer.NextRequest()));
                consumer.Apply();
                Check();
            }

            _fixture.Pass(TimeSpan.FromSeconds(5));
        }

        Assert.That(
            Group.State, Is.EqualTo(_consumers.Count == 0 ? ConsumerGroupState.Empty : ConsumerGroupState.Stable));
        Assert.That(
            _consumers.SelectMany(consumer => consumer.Owned),
            Is.EquivalentTo(Image.Topics.Values
                .Where(topic => _consumers.Any(consumer => consumer.IsSubscribedTo(topic.Name)))
                .SelectMany(topic => topic.Partitions.Select(partition => partition.Id))));
        foreach ((ConsumerGroupState from, ConsumerGroupState to) in _fixture.Transitions)
            Assert.That(from == to || ConsumerGroup.StateTransitions[from].Contains(to), Is.True, $"{from} to {to}");
    }

    private void Check()
    {
        if (HasTwice(Group.Members.SelectMany(member =>
            member.Current.Assigned.Concat(member.Current.PendingRevocation))))
            throw new InvariantViolatedException("A partition has two holders.");
        // A member that the coordinator gave up does not know it yet; all others' clients are as good as it says.
        if (HasTwice(_consumers.Where(consumer => Group.Member(consumer.MemberId) is not null)
            .SelectMany(consumer => consumer.Owned)))
            throw new InvariantViolatedException("Two consumers read one partition.");
        string text = ConsumerGroupFixture.Text(Group);
        Assert.That(ConsumerGroupFixture.Text(_fixture.Replayed(_fixture.CompactedLog)), Is.EqualTo(text));
        // The whole log grows and grows; the compacted one does not.
        if (++_checks % 16 == 0)
            Assert.That(ConsumerGroupFixture.Text(_fixture.Replayed(_fixture.Log)), Is.EqualTo(text));
    }

    private static bool HasTwice(IEnumerable<TopicIdPartition> partitions)
    {
        var seen = new HashSet<TopicIdPartition>();
        return partitions.Any(partition => !seen.Add(partition));
    }

    private Action Pick()
    {
        int at = _random.Next(_steps.Sum(step => step.Weight));
        foreach ((int weight, Action step) in _steps)
        {
            at -= weight;
            if (at < 0) return step;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private void Each(Action<SimulatedConsumer> step)
    {
        if (_consumers.Count > 0) step(_consumers[_random.Next(_consumers.Count)]);
    }

    private void Heartbeat(SimulatedConsumer consumer)
    {
        ConsumerGroupHeartbeatRequest request = consumer.NextRequest();
        switch (_random.Next(10))
        {
            case 0:
                consumer.AnswerGotLost();
                break;
            case 1:
                _fixture.Send(request);
                consumer.AnswerGotLost();
                break;
            default:
                consumer.Answered(_fixture.Send(request));
                break;
        }
    }

    private void Start()
    {
        if (_consumers.Count == MostConsumers) return;
        string? instanceId = _random.Next(3) == 0 ? $"i{_random.Next(3)}" : null;
        if (instanceId is not null && _consumers.Any(consumer => consumer.InstanceId == instanceId)) return;
        (string[]? names, string? regex) = Subscription();
        _consumers.Add(new SimulatedConsumer($"m{++_lastMember}", instanceId, names, regex));
    }

    private void Close(SimulatedConsumer consumer)
    {
        _consumers.Remove(consumer);
        bool isBackSoon = consumer.InstanceId is not null && _random.Next(3) > 0;
        _fixture.Send(consumer.LastRequest(isBackSoon ? ConsumerHeartbeat.LeaveForAWhile : ConsumerHeartbeat.Leave));
    }

    private void Resubscribe(SimulatedConsumer consumer)
    {
        (string[]? names, string? regex) = Subscription();
        consumer.Subscribe(names, regex);
    }

    private (string[]? Names, string? Regex) Subscription() => _random.Next(4) switch
    {
        0 => (null, "a.*"),
        1 => ([.. Names.Where(_ => _random.Next(2) == 0)], null),
        _ => (Names, null),
    };

    private void Pass(int seconds) => _fixture.Pass(TimeSpan.FromSeconds(_random.Next(1, seconds)));

    private void CreateTopic()
    {
        string name = Names[_random.Next(Names.Length)];
        if (Image.Topic(name) is null) _fixture.WithTopic(++_lastTopic, name, _random.Next(1, 9));
    }

    private void Grow()
    {
        if (SomeTopic() is { } topic) _fixture.AddPartition(topic);
    }

    private void DeleteTopic()
    {
        if (SomeTopic() is { } topic) _fixture.DeleteTopic(topic);
    }

    private int? SomeTopic()
    {
        int[] present = [.. Enumerable.Range(1, _lastTopic)
            .Where(topic => Image.Topic(ImageBuilder.Id(topic)) is not null)];
        return present.Length == 0 ? null : present[_random.Next(present.Length)];
    }
}

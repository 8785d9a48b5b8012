using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Tests.Groups.Consumers;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>
/// Consumers of both protocols come and go at random, and the coordinator moves, so that the group changes its kind
/// again and again. Whatever happens, no two members read one partition; and when it comes to rest, all is read.
/// </summary>
public sealed class MigrationScheduleTests
{
    private const int Steps = 3000;
    private const int MostConsumers = 5;

    [Test]
    public void Members_of_both_protocols_never_share_a_partition(
        [Values] bool isCooperative, [Range(1, 25)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var life = new Life(seed, isCooperative);
        for (int step = 0; step < Steps; step++) life.Step();
        Assert.That(life.Conversions, Is.GreaterThan(1), "the life was not too dull");
        life.ComeToRest();
    }

    private sealed class Life(int seed, bool isCooperative)
    {
        private readonly Random _random = new(seed);
        private readonly MigrationScene _scene = new(seed: seed);
        private readonly List<SimulatedClassicConsumer> _classic = [];
        private readonly List<SimulatedConsumer> _consumers = [];
        private string _kind = "";
        private int _lastMember;
        private int _step;

        /// <summary>How often the group changed its kind.</summary>
        public int Conversions { get; private set; }

        /// <summary>An upgrade and its undoing take turns; those that come are of the one protocol.</summary>
        private bool IsUpgrading => _step / 200 % 2 == 0;

        public void Step()
        {
            _step++;
            switch (_random.Next(100))
            {
                case < 40: Each(_classic, consumer => consumer.Proceed()); break;
                case < 50: Each(_classic, consumer => consumer.Beat()); break;
                case < 75: Each(_consumers, Beat); break;
                case < 83: Each(_consumers, consumer => consumer.Apply()); break;
                case < 87: Start(); break;
                case < 90: Close(); break;
                // A silent consumer keeps the group from going back for a whole session, so that it has to be rare.
                case 90 when _random.Next(8) == 0: Each(_classic, consumer => _classic.Remove(consumer)); break;
                case 91 when _random.Next(8) == 0: Each(_consumers, consumer => _consumers.Remove(consumer)); break;
                case 92: Reload(); break;
                default: _scene.Group.Advance(_random.Next(1, 4000) / 1000.0); break;
            }

            Check();
        }

        /// <summary>Nothing happens any more but what members do by themselves.</summary>
        public void ComeToRest()
        {
            for (int round = 0; round < 120; round++)
            {
                foreach (SimulatedClassicConsumer consumer in _classic)
                {
                    consumer.Beat();
                    consumer.Proceed();
                    Check();
                }

                foreach (SimulatedConsumer consumer in _consumers)
                {
                    Beat(consumer);
                    consumer.Apply();
                    Check();
                }

                _scene.Group.Advance(1);
            }

            Assert.That(Owned(_ => true).Order(), Is.EqualTo(
                _classic.Count + _consumers.Count == 0 ? [] : new[] { 0, 1, 2, 3 }));
            if (_classic.Count + _consumers.Count > 0)
                Assert.That(_scene.Listed.GroupType, Is.EqualTo(_consumers.Count > 0 ? "Consumer" : "Classic"));
        }

        private void Check()
        {
            foreach (SimulatedClassicConsumer consumer in _classic) consumer.Learn();
            // A member that the coordinator gave up does not know it yet.
            HashSet<string> members = Members();
            Assert.That(Owned(members.Contains), Is.Unique, "two members read one partition");
            string kind = _scene.Listed.GroupType;
            if (kind != _kind) Conversions++;
            _kind = kind;
        }

        private IEnumerable<int> Owned(Func<string, bool> isMember) =>
        [
            .. _classic.Where(consumer => isMember(consumer.MemberId)).SelectMany(consumer => consumer.Owned),
            .. _consumers.Where(consumer => isMember(consumer.MemberId))
                .SelectMany(consumer => consumer.Owned).Select(partition => partition.Partition),
        ];

        private HashSet<string> Members() => _scene.Listed.GroupType == "Classic"
            ? [.. _scene.Group.Describe().Members.Select(member => member.MemberId)]
            : [.. _scene.Group.Answer<ConsumerGroupDescribeResponse>(_scene.Group.Apply(ticket =>
                _scene.Group.Core.DescribeConsumer(ticket, _scene.Group.Image))).Groups[0].Members
                .Select(member => member.MemberId)];

        private void Start()
        {
            if (_classic.Count + _consumers.Count == MostConsumers) return;
            if (IsUpgrading) _consumers.Add(new SimulatedConsumer($"m{++_lastMember}", null, ["t"], null));
            else _classic.Add(new SimulatedClassicConsumer(_scene, isCooperative));
        }

        private void Close()
        {
            if (IsUpgrading) Each(_classic, Close);
            else Each(_consumers, Close);
        }

        private void Beat(SimulatedConsumer consumer)
        {
            ConsumerGroupHeartbeatResponse response = Send(consumer.NextRequest());
            if (_random.Next(10) == 0) consumer.AnswerGotLost();
            else consumer.Answered(response);
        }

        private void Close(SimulatedClassicConsumer consumer)
        {
            _classic.Remove(consumer);
            consumer.Leave();
        }

        private void Close(SimulatedConsumer consumer)
        {
            _consumers.Remove(consumer);
            Send(consumer.LastRequest(ConsumerHeartbeat.Leave));
        }

        private void Reload()
        {
            foreach (SimulatedClassicConsumer consumer in _classic) consumer.AnswerGotLost();
            _scene.Group.Reload();
        }

        private ConsumerGroupHeartbeatResponse Send(ConsumerGroupHeartbeatRequest request) =>
            _scene.Group.Answer<ConsumerGroupHeartbeatResponse>(_scene.Group.Apply(ticket =>
                _scene.Group.Core.ConsumerHeartbeat(
                    ticket, 1, request, GroupScene.Client, _scene.Group.Image, _scene.Group.Now)));

        private void Each<T>(List<T> consumers, Action<T> step)
        {
            if (consumers.Count > 0) step(consumers[_random.Next(consumers.Count)]);
        }
    }
}

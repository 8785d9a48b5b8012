using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// The node of the group tests: with Kafka's shortest session timeout in both protocols, and no wait for further
/// members when a group starts.
/// </summary>
[SetUpFixture]
public sealed class GroupSuite
{
    private static KafkaNode? _node;

    internal static TimeSpan SessionTimeout { get; } = TimeSpan.FromSeconds(6);

    internal static IReadOnlyList<string> Settings { get; } =
    [
        "kafka-actors.group.initial.rebalance.delay.ms=0",
        "kafka-actors.group.consumer.session.timeout.ms=6000",
        "kafka-actors.group.consumer.min.session.timeout.ms=6000",
        "kafka-actors.group.consumer.heartbeat.interval.ms=500",
        "kafka-actors.group.consumer.min.heartbeat.interval.ms=500",
    ];

    internal static KafkaNode Node => _node ?? throw new InvalidOperationException("the groups' node did not start");

    [OneTimeSetUp]
    public async Task Start() => _node = await KafkaNode.StartAsync(Settings);

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_node is not null) await _node.DisposeAsync();
    }
}

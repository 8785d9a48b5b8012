using Confluent.Kafka;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests;

/// <summary>One node for all tests of this assembly that need none of their own; each has topics of its own.</summary>
[SetUpFixture]
public sealed class InteropSuite
{
    private static KafkaNode? _node;

    internal static KafkaNode Node => _node ?? throw new InvalidOperationException("the suite's node did not start");

    [OneTimeSetUp]
    public async Task Start()
    {
        Librdkafka.UseThePackagesOwn(typeof(Library).Assembly);
        _node = await KafkaNode.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_node is not null) await _node.DisposeAsync();
    }
}

using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// One real node in this process for all tests that speak to its Kafka listeners, of which it has two. Tests keep out
/// of each other's way by topics of their own.
/// </summary>
[SetUpFixture]
public sealed class ListenerNode
{
    private static TempDirectory data = null!;
    private static int lastTopic;

    /// <summary>As its clients reach the second listener.</summary>
    public const string OtherHost = "other.test";

    public static KafkaActorsNode Node { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartNode()
    {
        data = new TempDirectory();
        Node = await KafkaActorsNode.StartAsync(Config(data.Path), new NodeOptions()).ConfigureAwait(false);
    }

    [OneTimeTearDown]
    public async Task StopNode()
    {
        await Node.DisposeAsync().ConfigureAwait(false);
        data.Dispose();
    }

    /// <summary>A node of one test, which the test stops.</summary>
    public static Config Config(string directory, string setting = "") => ConfigurationFactory.ParseString(
        $$"""
        kafka-actors {
          log.dirs = "{{directory}}"
          listeners.akka.port = 0
          kafka.listeners = ["PLAINTEXT://127.0.0.1:0", "OTHER://127.0.0.1:0"]
          kafka.advertised.listeners = ["OTHER://{{OtherHost}}:0"]
          {{setting}}
        }
        """);

    public static NodeDoor Door(KafkaActorsNode node, string name = "kafka") =>
        node.Doors.Single(door => door.Name == name);

    public static Task<KafkaWireClient> ConnectAsync(string door = "kafka") =>
        KafkaWireClient.ConnectAsync("127.0.0.1", Door(Node, door).Port);

    /// <summary>A topic of the test's own, with one partition, which is served.</summary>
    public static async Task<(string Name, TopicId Id)> CreateTopicAsync(
        KafkaWireClient client, int partitions = 1, params (string Name, string Value)[] configs)
    {
        string name = $"topic-{Interlocked.Increment(ref lastTopic)}";
        var created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config =>
                        new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
        }).ConfigureAwait(false);
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), created.Topics[0].ErrorMessage);
        return (name, created.Topics[0].TopicId);
    }
}

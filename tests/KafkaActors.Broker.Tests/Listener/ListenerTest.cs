using KafkaActors.Protocol;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Base of fixtures that ask the shared node over a connection and about a topic of each test's own.</summary>
public abstract class ListenerTest(params (string Name, string Value)[] topicConfigs)
{
    internal KafkaWireClient Client { get; set; } = null!;

    /// <summary>A test that needs one with other settings makes it here.</summary>
    internal string Topic { get; set; } = null!;

    internal TopicId Id { get; private set; }

    [SetUp]
    public async Task Connect()
    {
        Client = await ListenerNode.ConnectAsync().ConfigureAwait(false);
        (Topic, Id) = await ListenerNode.CreateTopicAsync(Client, 1, topicConfigs).ConfigureAwait(false);
    }

    [TearDown]
    public void Disconnect() => Client.Dispose();
}

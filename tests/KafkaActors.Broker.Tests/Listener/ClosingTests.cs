using System.Diagnostics;
using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// A node that stops answers its Kafka clients or closes their connections, and does not wait for them.
/// </summary>
public sealed class ClosingTests
{
    [Test]
    public async Task A_node_stops_with_clients_that_wait_that_do_nothing_and_that_do_not_read()
    {
        using var data = new TempDirectory();
        await using KafkaActorsNode node =
            await KafkaActorsNode.StartAsync(ListenerNode.Config(data.Path), new NodeOptions());
        int port = ListenerNode.Door(node).Port;
        List<KafkaWireClient> clients = [];
        try
        {
            for (int i = 0; i < 30; i++) clients.Add(await KafkaWireClient.ConnectAsync("127.0.0.1", port));
            (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(clients[0]);
            await clients[0].AskAsync<ProduceResponse>(
                SampleRequests.Produce(topic, SampleRequests.Batch(new string('x', 500_000))));
            foreach (KafkaWireClient waiting in clients[10..20]) await waiting.SendAsync(LongFetch(topic, id, 1));
            foreach (KafkaWireClient deaf in clients[20..])
                for (int i = 0; i < 10; i++) await deaf.SendAsync(LongFetch(topic, id, 0));

            long started = Stopwatch.GetTimestamp();
            await node.StopAsync();
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)));
            foreach (KafkaWireClient client in clients[..20])
            {
                // What is answered on the way out is an answer as well: somebody else leads, or nobody.
                while (await client.ReceiveFrameAsync() is not null) continue;
                Assert.That(await client.IsClosedAsync(), Is.True);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Test]
    public async Task A_node_that_has_stopped_lets_nobody_in()
    {
        using var data = new TempDirectory();
        KafkaActorsNode node = await KafkaActorsNode.StartAsync(ListenerNode.Config(data.Path), new NodeOptions());
        int port = ListenerNode.Door(node).Port;
        await node.StopAsync();
        Assert.That(
            () => KafkaWireClient.ConnectAsync("127.0.0.1", port),
            Throws.TypeOf<System.Net.Sockets.SocketException>());
    }

    private static FetchRequest LongFetch(string topic, TopicId id, long offset)
    {
        FetchRequest request = SampleRequests.Fetch(topic, id, offset);
        request.MaxWaitMs = 60_000;
        return request;
    }
}

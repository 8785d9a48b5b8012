using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client.Configuration;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>A node and clients that reach it by one carrier: a process, or a node in their ActorSystem.</summary>
internal sealed class CarriedNode(string contact, Func<string, Task<CarriedClient>> start, Func<Task> stop)
    : IAsyncDisposable
{
    /// <summary>As metadata names the node to these clients.</summary>
    public int Port { get; } = int.Parse(contact.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="release">Of Apache Kafka: what is newer is not served.</param>
    public static async Task<CarriedNode> StartAsync(Carrier carrier, string release)
    {
        string[] settings =
            [$"kafka-actors.served.release={release}", "kafka-actors.group.initial.rebalance.delay.ms=0"];
        if (carrier == Carrier.ActorSystem) return await StartInSystemAsync(string.Join('\n', settings));
        KafkaNode node = await KafkaNode.StartAsync(settings);
        string contact = carrier == Carrier.Socket ? node.Kafka : node.Akka;
        return new CarriedNode(
            contact, overlay => CarriedClient.StartAsync(contact, overlay), () => node.DisposeAsync().AsTask());
    }

    public Task<CarriedClient> StartClientAsync(string overlay = "") => start(overlay);

    public async ValueTask DisposeAsync() => await stop();

    private static async Task<CarriedNode> StartInSystemAsync(string settings)
    {
        TempDirectory directory = new();
        Config config = KafkaActorsConfig.Fragment(ConfigurationFactory.ParseString(
            $$"""
            {{settings}}
            kafka-actors.log.dirs = "{{directory.Combine("data")}}"
            kafka-actors.kafka.listeners = ["PLAINTEXT://127.0.0.1:0"]
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.loglevel = WARNING
            """)).WithFallback(KafkaActorsClientConfig.Fragment);
        ActorSystem system = ActorSystem.Create("host", config);
        KafkaActorsNode node = await KafkaActorsNode.StartInAsync(system, new NodeOptions());
        string contact = node.AkkaAddress.Split('@')[^1];
        return new CarriedNode(
            contact,
            overlay => Task.FromResult(CarriedClient.In(system, contact, overlay)),
            async () =>
            {
                await node.StopAsync();
                await system.Terminate();
                directory.Dispose();
            });
    }
}

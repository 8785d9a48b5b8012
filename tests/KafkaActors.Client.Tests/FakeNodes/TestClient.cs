using Akka.Configuration;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>Clients with short timeouts and pauses.</summary>
internal static class TestClient
{
    private const string Short =
        """

        kafka-actors.client {
          request.timeout.ms = 2000
          retry.backoff.ms = 10
          retry.backoff.max.ms = 50
          reconnect.backoff.ms = 10
          reconnect.backoff.max.ms = 50
          socket.connection.setup.timeout.ms = 10000
          producer.linger.ms = 0
          consumer.heartbeat.interval.ms = 20
        }
        """;

    public static Task<KafkaActorsClient> StartAsync(FakeNode node, CancellationToken timeout, string overlay = "") =>
        KafkaActorsClient.StartAsync($"127.0.0.1:{node.Port}", Overlay(overlay), timeout);

    public static Config Overlay(string overlay) => ConfigurationFactory.ParseString(overlay)
        .WithFallback(ConfigurationFactory.ParseString(Short));
}

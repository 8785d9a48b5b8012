using System.Globalization;

namespace KafkaActors.Testing;

/// <summary>Where a broker is reached, from its first start on.</summary>
/// <param name="KafkaHost">The name under which the Kafka listener is known.</param>
/// <param name="Akka">The whole address of the ActorSystem.</param>
internal sealed record BrokerAddresses(string KafkaHost, int KafkaPort, string Akka, int AkkaPort)
{
    /// <summary>HOST:PORT.</summary>
    public string Kafka => string.Create(CultureInfo.InvariantCulture, $"{KafkaHost}:{KafkaPort}");
}

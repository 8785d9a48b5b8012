using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client.Configuration;

namespace KafkaActors.Testing;

/// <summary>The configuration of a broker in a test: <c>hocon/testing.conf</c> under what the test says.</summary>
internal static class BrokerConfig
{
    private static readonly Lazy<Config> LazyDefaults = new(() => ConfigurationFactory
        .FromResource("KafkaActors.Testing.testing.conf", typeof(BrokerConfig).Assembly)
        .WithFallback(KafkaActorsClientConfig.Fragment));

    /// <summary>What counts when the options say nothing, for the client that administers the broker as well.</summary>
    public static Config Defaults => LazyDefaults.Value;

    /// <param name="former">Where the broker was before and has to be again; null at its first start.</param>
    /// <exception cref="NodeStartException">A setting is no HOCON.</exception>
    public static Config Of(KafkaActorsBrokerOptions options, string dataPath, BrokerAddresses? former)
    {
        List<KeyValuePair<string, string>> values =
        [
            new("num.partitions", Text(options.DefaultPartitions)),
            .. options.Settings,
            new("log.dirs", dataPath),
        ];
        if (former is not null)
        {
            values.Add(new("listeners.kafka.port", Text(former.KafkaPort)));
            values.Add(new("listeners.akka.port", Text(former.AkkaPort)));
        }

        return NodeConfiguration.Load(null, values).WithFallback(Defaults);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

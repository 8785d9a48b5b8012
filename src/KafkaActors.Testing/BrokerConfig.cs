using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client.Configuration;

namespace KafkaActors.Testing;

/// <summary>The configuration of a broker in a test: <c>hocon/testing.conf</c> beneath what the test says.</summary>
internal static class BrokerConfig
{
    private const string DataDirectories = "log.dirs";

    private static readonly Lazy<Config> LazyDefaults = new(() => ConfigurationFactory
        .FromResource("KafkaActors.Testing.testing.conf", typeof(BrokerConfig).Assembly)
        .WithFallback(KafkaActorsClientConfig.Fragment));

    /// <param name="former">Where the broker was before and has to be again; null at its first start.</param>
    /// <exception cref="NodeStartException">A setting is no HOCON.</exception>
    /// <exception cref="ArgumentException">The settings name a data directory: that is an option.</exception>
    public static Config Of(KafkaActorsBrokerOptions options, string dataPath, BrokerAddresses? former)
    {
        if (options.Settings.Keys.Any(key => key is DataDirectories or "kafka-actors." + DataDirectories))
        {
            throw new ArgumentException(
                $"{DataDirectories} is set by {nameof(options.DataDirectory)}.", nameof(options));
        }

        List<KeyValuePair<string, string>> values =
        [
            new("num.partitions", Text(options.DefaultPartitions)),
            .. options.Settings,
            new(DataDirectories, dataPath),
        ];
        if (former is not null)
        {
            values.Add(new("listeners.kafka.port", Text(former.KafkaPort)));
            values.Add(new("listeners.akka.port", Text(former.AkkaPort)));
        }

        return NodeConfiguration.Load(null, values).WithFallback(LazyDefaults.Value);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Reflection;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Describes a node's settings for DescribeConfigs: every key of the reference, under Kafka's name, with its value, its
/// default and its reason. Pure.
/// </summary>
internal static class BrokerConfigs
{
    private const string Listeners = "listeners";
    private const string AdvertisedListeners = "advertised.listeners";

    // `listeners` is a section here, so that the keys of these have another path than Kafka's names.
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["kafka.listeners"] = Listeners,
        ["kafka.advertised.listeners"] = AdvertisedListeners,
    };

    public static IReadOnlyList<BrokerConfigEntry> Of(NodeSettings settings)
    {
        Dictionary<string, string> values = Texts(settings);
        Dictionary<string, string> defaults = Texts(NodeSettings.Read(ReferenceConfig.Whole));
        return
        [
            .. SettingsReader.Keys(typeof(NodeSettings)).Select(key => Config(key.Path, key.Property))
                .OrderBy(config => config.Name, StringComparer.Ordinal),
        ];

        BrokerConfigEntry Config(string path, PropertyInfo property)
        {
            string name = Renamed.GetValueOrDefault(path, path);
            return new BrokerConfigEntry(
                name,
                values.GetValueOrDefault(name),
                defaults.GetValueOrDefault(name),
                TypeOf(property.PropertyType),
                ReferenceDocumentation.Of(path));
        }
    }

    // What is listened on and advertised is shown as it came to be, whichever keys say it.
    private static Dictionary<string, string> Texts(NodeSettings settings)
    {
        var texts = settings.Describe().ToDictionary(
            entry => Renamed.GetValueOrDefault(entry.Key, entry.Key), entry => entry.Value);
        IReadOnlyList<NamedListener> listeners = NamedListener.Of(settings);
        texts[Listeners] = string.Join(',', listeners.Select(one => $"{one.Name}://{one.Host}:{one.Port}"));
        texts[AdvertisedListeners] = string.Join(',', listeners.Select(one =>
            $"{one.Name}://{one.AdvertisedHost}:{(one.AdvertisedPort == 0 ? one.Port : one.AdvertisedPort)}"));
        return texts;
    }

    private static ConfigType TypeOf(Type property)
    {
        Type type = Nullable.GetUnderlyingType(property) ?? property;
        return type == typeof(bool) ? ConfigType.Boolean
            : type == typeof(int) || type == typeof(NodeId) ? ConfigType.Int
            : type == typeof(long) || type == typeof(TimeSpan) ? ConfigType.Long
            : type == typeof(double) ? ConfigType.Double
            : type == typeof(string) ? ConfigType.String
            : ConfigType.List;
    }
}

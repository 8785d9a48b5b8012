using System.Globalization;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// One door for Kafka clients as it is configured: where it listens, and under which address its clients reach it.
/// </summary>
/// <param name="Port">0 picks a free one.</param>
/// <param name="AdvertisedPort">0: the port that it listens on.</param>
internal sealed record NamedListener(string Name, string Host, int Port, string AdvertisedHost, int AdvertisedPort)
{
    public const string DefaultName = "PLAINTEXT";

    private const string ListenersKey = "kafka-actors.kafka.listeners";
    private const string AdvertisedKey = "kafka-actors.kafka.advertised.listeners";

    /// <summary>The listener by which other brokers fetch.</summary>
    /// <exception cref="InvalidSettingException">It is none of <paramref name="listeners"/>.</exception>
    public static string InterBrokerName(KafkaListenerSettings settings, IReadOnlyList<NamedListener> listeners)
    {
        string name = settings.InterBrokerListenerName?.ToUpperInvariant() ?? listeners[0].Name;
        return listeners.Any(listener => listener.Name == name)
            ? name
            : throw InvalidSettingException.Value(
                "kafka-actors.inter.broker.listener.name",
                name,
                "is no listener",
                $"one of {string.Join(", ", listeners.Select(listener => listener.Name))}");
    }

    /// <summary>The listeners of a node; the first is the one others use unless it is said otherwise.</summary>
    /// <exception cref="InvalidSettingException">A text is no listener, or two have one name.</exception>
    public static IReadOnlyList<NamedListener> Of(NodeSettings settings)
    {
        Dictionary<string, Address> advertised = Named(AdvertisedKey, settings.Kafka.AdvertisedListeners);
        Dictionary<string, Address> listening = Named(ListenersKey, settings.Kafka.Listeners);
        if (listening.Count == 0) listening.Add(DefaultName, DefaultAddress(settings.Listeners));
        ListenerProtocols.Refuse(ListenersKey, listening.Keys, settings.Kafka.SecurityProtocolMap);
        string? astray = advertised.Keys.FirstOrDefault(name => !listening.ContainsKey(name));
        if (astray is not null)
            throw new InvalidSettingException($"{AdvertisedKey} names {astray}, which {ListenersKey} does not have");
        return [.. listening.Select(entry => Of(settings.Listeners, entry.Key, entry.Value, advertised))];
    }

    private static NamedListener Of(
        ListenerSettings defaults, string name, Address bind, Dictionary<string, Address> advertised)
    {
        if (advertised.TryGetValue(name, out Address address))
            return new NamedListener(name, bind.Host, bind.Port, address.Host, address.Port);
        string host = ListenerSettings.IsWildcard(bind.Host) ? defaults.AdvertisedHost ?? bind.Host : bind.Host;
        if (bind.Host == defaults.Host && defaults.AdvertisedHost is { } shared) host = shared;
        if (ListenerSettings.IsWildcard(host))
        {
            throw new InvalidSettingException(
                $"listener {name} is bound to {bind.Host}, which is every interface and no name to be reached by; say "
                + $"how clients reach it with {AdvertisedKey} = [\"{name}://NAME:{bind.Port}\"]");
        }

        return new NamedListener(name, bind.Host, bind.Port, host, 0);
    }

    private static Address DefaultAddress(ListenerSettings settings) =>
        new(settings.KafkaHost ?? settings.Host, settings.KafkaPort);

    private static Dictionary<string, Address> Named(string key, IReadOnlyList<string> texts)
    {
        var named = new Dictionary<string, Address>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            (string name, Address address) = Parse(key, text);
            if (!named.TryAdd(name, address)) throw new InvalidSettingException($"{key} names {name} twice");
        }

        return named;
    }

    private static (string Name, Address Address) Parse(string key, string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int colon = text.LastIndexOf(':');
        bool isWhole = scheme > 0 && colon > scheme;
        bool isPort = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        if (!isWhole || !isPort || port > 65535)
            throw InvalidSettingException.Value(key, text, "cannot be read", "NAME://HOST:PORT");
        string host = text[(scheme + 3)..colon].Trim('[', ']');
        return (text[..scheme].ToUpperInvariant(), new Address(host.Length == 0 ? "0.0.0.0" : host, port));
    }

    private readonly record struct Address(string Host, int Port);
}

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Turns Kafka's <c>server.properties</c> into settings of this node: keys that exist here are used, the few whose
/// meaning has another place are translated, the others are named. Pure.
/// </summary>
/// <param name="Values">Paths under <c>kafka-actors</c> and their values.</param>
/// <param name="Ignored">The keys that have no counterpart here.</param>
internal sealed record ServerProperties(
    IReadOnlyList<KeyValuePair<string, string>> Values, IReadOnlyList<string> Ignored)
{
    private const string Listeners = "listeners";
    private const string AdvertisedListeners = "advertised.listeners";
    private const string Authorizer = "authorizer.class.name";
    private const string TieredStorage = "remote.log.storage.system.enable";

    /// <param name="known">Every setting's path.</param>
    /// <exception cref="InvalidSettingException">It asks for what must not be left out silently.</exception>
    public static ServerProperties Of(
        IReadOnlyDictionary<string, string> properties, IReadOnlyCollection<string> known)
    {
        Refuse(properties);
        string[] controllers = SettingText.Elements(properties.GetValueOrDefault("controller.listener.names"));
        var values = new List<KeyValuePair<string, string>>();
        var ignored = new List<string>();
        foreach ((string key, string value) in properties.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (Translated(properties, key, value, controllers) is { } translated) values.Add(translated);
            else if (known.Contains(key)) values.Add(new(key, value));
            else ignored.Add(key);
        }

        return new ServerProperties(values, ignored);
    }

    private static KeyValuePair<string, string>? Translated(
        IReadOnlyDictionary<string, string> properties, string key, string value, string[] controllers) => key switch
    {
        Listeners => new("kafka.listeners", Without(controllers, value, "://")),
        AdvertisedListeners => new("kafka.advertised.listeners", Without(controllers, value, "://")),
        "listener.security.protocol.map" => new(key, Without(controllers, value, ":")),
        "process.roles" => new(key, Roles(value)),
        "log.dir" when !properties.ContainsKey("log.dirs") => new("log.dirs", value),
        "broker.id" when !properties.ContainsKey("node.id") => new("node.id", value),
        _ => null,
    };

    // Voters talk over Akka's port: the controllers' listeners are no doors for Kafka clients here.
    private static string Without(string[] controllers, string value, string separator) => string.Join(
        ',',
        SettingText.Elements(value).Where(element => !controllers.Any(name =>
            element.StartsWith(name + separator, StringComparison.OrdinalIgnoreCase))));

    private static string Roles(string value) => string.Join(
        ',',
        SettingText.Elements(value).Select(role => role == "controller" ? NodeSettings.VoterRole : role)
            .OrderByDescending(role => role, StringComparer.Ordinal));

    private static void Refuse(IReadOnlyDictionary<string, string> properties)
    {
        if (properties.TryGetValue(Authorizer, out string? authorizer) && authorizer.Length > 0)
            throw new InvalidSettingException(
                $"{Authorizer} = {authorizer} asks for an authorizer, which is not built yet; take the key away to let "
                + "every client do everything");
        if (properties.TryGetValue(TieredStorage, out string? tiered)
            && tiered.Equals("true", StringComparison.OrdinalIgnoreCase))
            throw new InvalidSettingException(
                $"{TieredStorage} = {tiered} asks for tiered storage, which is not built; take the key away");
    }
}

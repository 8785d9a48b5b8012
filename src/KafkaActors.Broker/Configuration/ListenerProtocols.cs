namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Which protocol each listener speaks: what <c>listener.security.protocol.map</c> says, else the protocol it is named
/// after, else plain text. Plain text is the only one that is built; a listener that is meant to be secured is never
/// opened without.
/// </summary>
internal static class ListenerProtocols
{
    private const string MapKey = "kafka-actors.listener.security.protocol.map";
    private const string Plaintext = "PLAINTEXT";
    private static readonly string[] NotBuilt = ["SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <exception cref="InvalidSettingException">A listener asks for another, or the map cannot be read.</exception>
    public static void Refuse(string listenersKey, IEnumerable<string> listeners, IReadOnlyList<string> map)
    {
        Dictionary<string, string> protocols = Read(map);
        foreach (string name in listeners)
        {
            bool isMapped = protocols.TryGetValue(name, out string? protocol);
            if (!NotBuilt.Contains(protocol ?? name)) continue;
            throw new InvalidSettingException(
                $"{(isMapped ? MapKey : listenersKey)} asks for {protocol ?? name} on listener {name}, which is not "
                + $"built yet; use {Plaintext}://HOST:PORT, or another name that is mapped to no other protocol, and "
                + "keep it to a network that you trust");
        }
    }

    private static Dictionary<string, string> Read(IReadOnlyList<string> map)
    {
        var protocols = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in map)
        {
            string[] parts = entry.Split(':', StringSplitOptions.TrimEntries);
            string protocol = parts[^1].ToUpperInvariant();
            if (parts.Length != 2 || parts[0].Length == 0 || (protocol != Plaintext && !NotBuilt.Contains(protocol)))
                throw InvalidSettingException.Value(MapKey, entry, "cannot be read", "NAME:PLAINTEXT");
            if (!protocols.TryAdd(parts[0].ToUpperInvariant(), protocol))
                throw new InvalidSettingException($"{MapKey} names {parts[0].ToUpperInvariant()} twice");
        }

        return protocols;
    }
}

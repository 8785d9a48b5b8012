using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>What is set and has no effect, one line each, said once when a node starts. Pure.</summary>
internal static class StartWarnings
{
    /// <param name="ownsProcess">Whether the Akka port is ours, not a host's.</param>
    public static IEnumerable<string> Of(NodeSettings settings, bool ownsProcess)
    {
        if (ownsProcess && AkkaBinding.Of(settings.Listeners, settings.Cluster) is { IsKeptBack: true } akka)
        {
            yield return $"the Akka port listens on {akka.Host} alone, because there is no secret; for other nodes and "
                + $"client actors {AkkaBinding.Remedy}";
        }

        foreach (string path in settings.Ignored) yield return IgnoredSettings.Warning(path);
        ListenerSettings own = settings.Listeners;
        ListenerSettings reference = NodeSettings.Read(KafkaActorsConfig.Reference).Listeners;
        if ((own.CommandHost, own.CommandPort) != (reference.CommandHost, reference.CommandPort))
            yield return NotServed("command", "the inspection shell");
        if ((own.HttpHost, own.HttpPort) != (reference.HttpHost, reference.HttpPort))
            yield return NotServed("http", "health and metrics");
    }

    private static string NotServed(string door, string what) =>
        $"{SettingsTree.Root}.listeners.{door} is set and has no effect: the door for {what} is not built yet and "
        + "stays shut";
}

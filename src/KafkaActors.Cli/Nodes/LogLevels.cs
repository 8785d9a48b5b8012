namespace KafkaActors.Cli.Nodes;

/// <summary>The words for <c>--log-level</c> and what Akka calls them.</summary>
internal static class LogLevels
{
    public static readonly IReadOnlyDictionary<string, string> Names =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["debug"] = "DEBUG",
            ["info"] = "INFO",
            ["warning"] = "WARNING",
            ["error"] = "ERROR",
            ["off"] = "OFF",
        };
}

using System.Text.RegularExpressions;
using Akka.Event;

namespace KafkaActors.Broker.Hosting;

/// <summary>What makes two events of the log the same news: who says it, with which words, and why.</summary>
internal readonly partial record struct LogKind(Type Source, string Text, Type? Cause, bool IsStrangers)
{
    public static LogKind Of(LogEvent entry) => new(
        entry.LogClass,
        entry.Message is LogMessage message ? message.Format : Varying().Replace($"{entry.Message}", "#"),
        entry.Cause?.GetType(),
        IsOfAkkaPort(entry));

    // Whoever reaches the Akka port can cause these, as many as it likes.
    private static bool IsOfAkkaPort(LogEvent entry) => entry is Error or Warning && (
        entry.LogClass.Namespace?.StartsWith("Akka.Remote", StringComparison.Ordinal) is true
        || entry.LogSource.Contains("/system/endpointManager", StringComparison.Ordinal)
        || entry.LogSource.Contains("/system/transports", StringComparison.Ordinal));

    // Words with digits: numbers, addresses, the ids of channels and actors.
    [GeneratedRegex(@"[\w.:$+-]*\d[\w.:$+-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Varying();
}

using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What a coordinator has to know for <c>group.protocol=consumer</c>, and what is said when it does not.
/// </summary>
internal static class ConsumerProtocolSupport
{
    /// <summary>The version of the heartbeat that has <c>SubscribedTopicRegex</c>.</summary>
    private const short RegexVersion = 1;

    /// <summary>Null when nothing is missing.</summary>
    /// <param name="version">In which the request went out.</param>
    public static string? Missing(ConsumerGroupHeartbeatRequest request, ErrorCode error, short version)
    {
        bool isRegexLost = !string.IsNullOrEmpty(request.SubscribedTopicRegex) && version < RegexVersion;
        if (error == ErrorCode.UnsupportedVersion)
        {
            return "group.protocol=consumer needs a cluster of Apache Kafka 4.0 or later, with its group.version at 1 "
                + "or more; this one does not know ConsumerGroupHeartbeat. Set group.protocol=classic.";
        }

        return isRegexLost && !error.IsCoordinatorLost()
            ? "A subscription by expression with group.protocol=consumer needs ConsumerGroupHeartbeat 1, which Apache "
                + "Kafka has since 4.0; the cluster knows 0. Subscribe by name, or set group.protocol=classic."
            : null;
    }
}

using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>Reads which resource a request means. Pure; the numbers are the protocol's.</summary>
internal static class ResourceNames
{
    private const sbyte BrokerLogger = 8;
    private const sbyte ClientMetrics = 16;

    /// <returns>Null when resources of the type have a configuration here, or a sentence that says why not.</returns>
    public static string? Fault(sbyte type) => type switch
    {
        (sbyte)ConfigResourceType.Topic or (sbyte)ConfigResourceType.Broker or (sbyte)ConfigResourceType.Group => null,
        BrokerLogger => "Loggers have no levels of their own here; the node's akka.loglevel is that of all.",
        ClientMetrics => "There are no subscriptions to clients' metrics here.",
        _ => $"Resources of type {type} have no configuration.",
    };

    public static bool TryRead(sbyte type, string name, out ConfigResource resource)
    {
        resource = new ConfigResource((ConfigResourceType)type, name);
        return Fault(type) is null;
    }
}

using KafkaActors.Messages;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>Reads which resource a request means. Pure.</summary>
internal static class ResourceNames
{
    public static bool TryRead(sbyte type, string name, out AdminProtocol.Resource resource)
    {
        resource = new AdminProtocol.Resource((AdminProtocol.ResourceType)type, name);
        return resource.Type is AdminProtocol.ResourceType.Topic or AdminProtocol.ResourceType.Broker
            or AdminProtocol.ResourceType.Group;
    }
}

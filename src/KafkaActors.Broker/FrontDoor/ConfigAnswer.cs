using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Messages;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>Tells a client actor what <see cref="ResourceConfigs"/> describes. Pure.</summary>
internal static class ConfigAnswer
{
    public static AdminProtocol.ConfigsDescribed Of(
        FrontDoorServices services, AdminProtocol.DescribeConfigs request) => new(
        request.CorrelationId,
        [.. request.Resources.Select(resource => Resource(services, resource, request.Keys))]);

    private static AdminProtocol.ResourceConfigs Resource(
        FrontDoorServices services, AdminProtocol.Resource resource, IReadOnlyList<string>? keys)
    {
        ResourceConfigs found = ResourceConfigs.Of(services, (sbyte)resource.Type, resource.Name, keys);
        return new(resource, found.Error, found.Message, [.. found.Configs.Select(config =>
            new AdminProtocol.ConfigEntry(
                config.Name,
                config.Value,
                (AdminProtocol.ConfigSource)(byte)config.Origin,
                config.IsReadOnly,
                config.Documentation))]);
    }
}

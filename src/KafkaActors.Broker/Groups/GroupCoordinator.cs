using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Groups;

namespace KafkaActors.Broker.Groups;

/// <summary>The group coordinator as one node has it: what it keeps, and the doors' way to it.</summary>
internal sealed record GroupCoordinator(ICoordinatorTenant Tenant, CoordinatorDoor Door, Func<int> MaxBatchBytes)
{
    public static GroupCoordinator Of(
        NodeSettings settings, TopicConfigDefaults topics, TimeProvider time, MetadataCache metadata)
    {
        int MaxBatchBytes() => topics
            .Value(metadata.Image, settings.NodeId, OffsetsTopic.Name, TopicConfigs.MaxMessageBytes).AsInt;
        var services = new GroupServices(settings.Groups.ForGroups(), Guid.NewGuid)
        {
            MaxBatchBytes = MaxBatchBytes,
            Utc = _ => time.GetUtcNow() - DateTimeOffset.UnixEpoch,
        };
        var tenant = new GroupTenant(services, () => metadata.Image);
        return new GroupCoordinator(
            tenant, new CoordinatorDoor(tenant, settings.NodeId, () => metadata.Image), MaxBatchBytes);
    }
}

using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>What the partitions and keys of a coordinator share for as long as its epoch is the newest.</summary>
internal sealed record CoordinatorContext(
    CoordinatorEpoch Epoch, CoordinatorServices Services, CoordinatorAppender Appender, CoordinatorClock Clock)
{
    public ICoordinatorTenant Tenant => Services.Tenant;
}

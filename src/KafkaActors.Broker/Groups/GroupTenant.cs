using KafkaActors.Broker.Coordinators;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Groups;

/// <summary>The coordinator of consumer groups, which are kept in the offsets topic by their ids.</summary>
internal sealed class GroupTenant(GroupServices services, Func<MetadataImage> image) : ICoordinatorTenant
{
    public string Name => "group coordinator";

    public string KeyName => "group";

    public string Topic => OffsetsTopic.Name;

    public CoordinatorRecord? Decode(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value) =>
        GroupRecordCodec.Decode(key, value);

    public string KeyOf(CoordinatorRecord record) => GroupRecordKeys.GroupOf(record);

    public ICoordinatedState StateOf(string key, CoordinatorClock clock) =>
        new CoordinatedGroup(key, services, clock, image);
}

using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Groups;

/// <summary>What the groups of one coordinator share for as long as its epoch is the newest.</summary>
internal sealed record GroupContext(
    CoordinatorEpoch Epoch,
    OffsetsAppender Appender,
    GroupServices Services,
    GroupClock Clock,
    Func<MetadataImage> Image);

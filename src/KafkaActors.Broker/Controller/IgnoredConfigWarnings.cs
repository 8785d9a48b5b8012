using Akka.Event;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Says in the node's log that a configuration has no effect here, once for each name: a client may set it on a
/// thousand topics. Owned by the <see cref="ControllerActor"/>.
/// </summary>
internal sealed class IgnoredConfigWarnings(ILoggingAdapter log)
{
    private readonly HashSet<string> _warnedOf = [];

    public void Note(IReadOnlyList<MetadataEvent> events)
    {
        foreach (MetadataEvent.ConfigChanged changed in events.OfType<MetadataEvent.ConfigChanged>())
        {
            if (changed.Value is null || changed.Resource.Type != ConfigResourceType.Topic) continue;
            if (IgnoredTopicConfigs.Find(changed.Name) is not { } ignored || !_warnedOf.Add(changed.Name)) continue;
            log.Warning(
                "{0}={1}, set for topic {2}, is kept and has no effect: {3}. Other topics that set it are not named.",
                changed.Name, changed.Value, changed.Resource.Name, ignored.Reason);
        }
    }
}

using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Waits, for a short time, for the metadata that says who leads after a node that has gone: a client that asks in this
/// moment would be sent to the dead, and come back only after its backoff. Any thread may use it.
/// </summary>
/// <param name="departed">Nodes that are known to have gone, see <see cref="DepartedNodes"/>.</param>
/// <param name="metadata">This node's <see cref="MetadataFollower"/>.</param>
internal sealed class LeaderSuccession(
    Func<MetadataImage, IReadOnlySet<NodeId>> departed, Func<MetadataImage> image, IActorRef metadata,
    TimeProvider clock)
{
    /// <summary>Longer than a new leader takes where a controller serves.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    /// <summary>Whether the node has gone, which its metadata may not say yet.</summary>
    public bool HasDeparted(NodeId node) => departed(image()).Contains(node);

    /// <summary>
    /// Returns once no node that has gone leads any of the partitions, or when the time is over; at once where none
    /// does.
    /// </summary>
    public async Task WhenSettledAsync(Func<MetadataImage, IEnumerable<TopicImage>> topics)
    {
        long began = clock.GetTimestamp();
        while (true)
        {
            MetadataImage now = image();
            IReadOnlySet<NodeId> gone = departed(now);
            if (gone.Count == 0 || !topics(now).Any(topic => topic.Partitions.Any(one => gone.Contains(one.Leader))))
                return;
            TimeSpan left = Limit - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !await HasChangedAsync(now, left).ConfigureAwait(false)) return;
        }
    }

    private async Task<bool> HasChangedAsync(MetadataImage from, TimeSpan limit)
    {
        try
        {
            await metadata.Ask<MetadataFollowerProtocol.OffsetReached>(
                new MetadataFollowerProtocol.AwaitOffset(from.Offset.Next()), limit).ConfigureAwait(false);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}

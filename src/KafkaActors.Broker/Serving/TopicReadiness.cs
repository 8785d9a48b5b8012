using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Waits, for a short time, until this node serves the partitions of new topics that it leads: a client that is told of
/// a topic a moment earlier gets an error for its first batch, and comes back only after its backoff.
/// </summary>
internal sealed class TopicReadiness(
    NodeId node, PartitionRegistry partitions, Func<MetadataImage> image, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task WhenServedAsync(IEnumerable<string> topics)
    {
        MetadataImage now = image();
        Task[] served = [.. topics.Select(now.Topic).OfType<TopicImage>()
            .SelectMany(topic => topic.Partitions)
            .Where(partition => partition.Leader == node)
            .Select(partition => partitions.WhenServed(partition.Id))];
        long started = clock.GetTimestamp();
        try
        {
            // One after the other: what waits for all of them together would hang on to those that never come.
            foreach (Task one in served)
            {
                TimeSpan left = Limit - clock.GetElapsedTime(started);
                await one.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // Some log takes its time: its clients hear that it is not served yet.
        }
    }
}

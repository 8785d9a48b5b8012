using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Finds the partitions that were named.</summary>
internal static class TopicSpecs
{
    /// <exception cref="ToolException">There is no such topic or partition.</exception>
    public static async Task<IReadOnlyList<TopicPartition>> PartitionsAsync(
        KafkaActorsClient client, IReadOnlyList<TopicSpec> specs, CancellationToken stop)
    {
        var partitions = new List<TopicPartition>();
        foreach (TopicSpec spec in specs)
        {
            TopicMetadata topic = await TopicList.FindAsync(client, spec.Topic, stop).ConfigureAwait(false)
                ?? throw new ToolException($"topic '{spec.Topic}' does not exist.");
            TopicPartition[] all = [.. TopicList.Partitions(topic)];
            foreach (int index in spec.Partitions ?? [.. all.Select(partition => partition.Partition)])
            {
                var partition = new TopicPartition(spec.Topic, index);
                if (!all.Contains(partition))
                    throw new ToolException($"topic '{spec.Topic}' has no partition {index}.");
                partitions.Add(partition);
            }
        }

        return [.. partitions.Distinct()];
    }
}

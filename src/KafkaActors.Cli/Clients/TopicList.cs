using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Clients;

/// <summary>The topics of a cluster as one question found them, in the order of their names.</summary>
internal static class TopicList
{
    public static async Task<IReadOnlyList<TopicMetadata>> AllAsync(
        KafkaActorsClient client, CancellationToken stop)
    {
        ClusterDescription described = await client.Admin.DescribeAsync(null, cancellationToken: stop)
            .ConfigureAwait(false);
        return [.. described.Topics.Where(Exists).OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    /// <summary>Null when there is none of this name.</summary>
    public static async Task<TopicMetadata?> FindAsync(
        KafkaActorsClient client, string name, CancellationToken stop)
    {
        ClusterDescription described = await client.Admin.DescribeAsync([name], cancellationToken: stop)
            .ConfigureAwait(false);
        return described.Topics.FirstOrDefault(topic => topic.Name == name && Exists(topic));
    }

    public static IEnumerable<TopicPartition> Partitions(TopicMetadata topic) =>
        topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Index));

    private static bool Exists(TopicMetadata topic) => topic.Error == ErrorCode.None;
}

using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Topics;

/// <summary>Puts metadata and configurations of topics together.</summary>
internal static class TopicDescriptions
{
    private const string MinInsyncReplicas = "min.insync.replicas";

    public static async Task<IReadOnlyList<TopicDescription>> ReadAsync(
        KafkaActorsClient client, IReadOnlyList<string> names, CancellationToken stop)
    {
        if (names.Count == 0) return [];
        IReadOnlyList<TopicMetadata> topics = await TopicList.AllAsync(client, stop).ConfigureAwait(false);
        ConfigResource[] resources =
            [.. names.Select(name => new ConfigResource(ConfigResourceType.Topic, name))];
        IReadOnlyList<ResourceDescription> configs =
            await client.Admin.DescribeConfigsAsync(resources, cancellationToken: stop).ConfigureAwait(false);
        HashSet<string> wanted = [.. names];
        return [.. topics.Where(topic => wanted.Contains(topic.Name)).Select(topic => Of(topic, configs))];
    }

    private static TopicDescription Of(
        TopicMetadata topic, IReadOnlyList<ResourceDescription> configs)
    {
        IReadOnlyList<ConfigDescription> values =
            configs.FirstOrDefault(described => described.Resource.Name == topic.Name)?.Configs ?? [];
        string? minInsync = values.FirstOrDefault(config => config.Name == MinInsyncReplicas)?.Value;
        return new TopicDescription(
            topic.Name,
            topic.Id.ToString(),
            topic.IsInternal,
            values.Where(config => config.Source == ConfigSource.DynamicTopicConfig)
                .ToDictionary(config => config.Name, config => config.Value ?? ""),
            int.TryParse(minInsync, NumberStyles.None, CultureInfo.InvariantCulture, out int least) ? least : 1,
            [.. topic.Partitions.OrderBy(partition => partition.Index).Select(Of)]);
    }

    private static PartitionDescription Of(PartitionMetadata partition) => new(
        partition.Index,
        partition.Leader == NodeId.None ? null : partition.Leader.Value,
        partition.LeaderEpoch.Value,
        [.. partition.Replicas.Select(node => node.Value)],
        [.. partition.Isr.Select(node => node.Value)]);
}

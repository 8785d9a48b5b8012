using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Client;
using KafkaActors.Messages;
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
        IReadOnlyList<MetadataProtocol.Topic> topics = await TopicList.AllAsync(client, stop).ConfigureAwait(false);
        AdminProtocol.Resource[] resources =
            [.. names.Select(name => new AdminProtocol.Resource(AdminProtocol.ResourceType.Topic, name))];
        IReadOnlyList<AdminProtocol.ResourceConfigs> configs =
            await client.Admin.DescribeConfigsAsync(resources, cancellationToken: stop).ConfigureAwait(false);
        HashSet<string> wanted = [.. names];
        return [.. topics.Where(topic => wanted.Contains(topic.Name)).Select(topic => Of(topic, configs))];
    }

    private static TopicDescription Of(
        MetadataProtocol.Topic topic, IReadOnlyList<AdminProtocol.ResourceConfigs> configs)
    {
        IReadOnlyList<AdminProtocol.ConfigEntry> entries =
            configs.FirstOrDefault(described => described.Resource.Name == topic.Name)?.Entries ?? [];
        string? minInsync = entries.FirstOrDefault(entry => entry.Name == MinInsyncReplicas)?.Value;
        return new TopicDescription(
            topic.Name,
            topic.Id.ToString(),
            topic.IsInternal,
            entries.Where(entry => entry.Source == AdminProtocol.ConfigSource.DynamicTopicConfig)
                .ToDictionary(entry => entry.Name, entry => entry.Value ?? ""),
            int.TryParse(minInsync, NumberStyles.None, CultureInfo.InvariantCulture, out int least) ? least : 1,
            [.. topic.Partitions.OrderBy(partition => partition.Index).Select(Of)]);
    }

    private static PartitionDescription Of(MetadataProtocol.Partition partition) => new(
        partition.Index,
        partition.Leader == NodeId.None ? null : partition.Leader.Value,
        partition.LeaderEpoch.Value,
        [.. partition.Replicas.Select(node => node.Value)],
        [.. partition.Isr.Select(node => node.Value)]);
}

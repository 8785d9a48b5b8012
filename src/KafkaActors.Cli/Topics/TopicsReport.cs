using System.Globalization;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Topics;

/// <summary>Shows topics: tables on a terminal, Kafka's lines in a pipe, JSON on request.</summary>
internal sealed class TopicsReport(ToolContext context, bool json)
{
    public void List(IReadOnlyList<string> names)
    {
        if (json) context.Text.WriteLine(JsonText.Of(names));
        else foreach (string name in names) context.Text.WriteLine(name);
    }

    public void Describe(IReadOnlyList<TopicDescription> topics, PartitionFilter filter)
    {
        if (json) context.Text.WriteLine(JsonText.Of(topics.Select(topic => Filtered(topic, filter))));
        else if (context.Streams.OutputIsTerminal) WriteTables(topics, filter);
        else WriteLines(topics, filter);
    }

    private static TopicDescription Filtered(TopicDescription topic, PartitionFilter filter) =>
        topic with { Partitions = [.. topic.Partitions.Where(partition => filter.Accepts(topic, partition))] };

    private void WriteTables(IReadOnlyList<TopicDescription> topics, PartitionFilter filter)
    {
        foreach (TopicDescription topic in topics)
        {
            var table = new TextTable("Partition", "Leader", "Epoch", "Replicas", "ISR")
            {
                Title = $"{topic.Name}  {topic.TopicId}  {Configs(topic)}".TrimEnd(),
            };
            foreach (PartitionDescription partition in Filtered(topic, filter).Partitions)
            {
                table.Add(
                    partition.Partition.ToString(CultureInfo.InvariantCulture),
                    partition.LeaderText,
                    partition.LeaderEpoch.ToString(CultureInfo.InvariantCulture),
                    Nodes(partition.Replicas),
                    Nodes(partition.Isr));
            }

            table.Write(context.Text);
        }
    }

    private void WriteLines(IReadOnlyList<TopicDescription> topics, PartitionFilter filter)
    {
        foreach (TopicDescription topic in topics)
        {
            if (filter.IsEmpty)
            {
                context.Text.WriteLine(
                    $"Topic: {topic.Name}\tTopicId: {topic.TopicId}\tPartitionCount: {topic.Partitions.Count}\t"
                    + $"ReplicationFactor: {topic.ReplicationFactor}\tConfigs: {Configs(topic)}");
            }

            foreach (PartitionDescription partition in Filtered(topic, filter).Partitions)
            {
                context.Text.WriteLine(
                    $"\tTopic: {topic.Name}\tPartition: {partition.Partition}\tLeader: {partition.LeaderText}\t"
                    + $"Replicas: {Nodes(partition.Replicas)}\tIsr: {Nodes(partition.Isr)}");
            }
        }
    }

    private static string Configs(TopicDescription topic) =>
        string.Join(',', topic.Configs.Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Nodes(IReadOnlyList<int> nodes) => string.Join(',', nodes);
}

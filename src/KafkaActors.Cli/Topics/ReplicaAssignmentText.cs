using System.Globalization;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Topics;

/// <summary>Reads Kafka's way of placing replicas by hand: <c>1:2,2:3</c> is two partitions of two replicas.</summary>
internal static class ReplicaAssignmentText
{
    public static IReadOnlyList<IReadOnlyList<NodeId>> Parse(string? text)
    {
        if (text is null) return [];
        return [.. text.Split(',').Select(partition => (IReadOnlyList<NodeId>)[.. partition.Split(':').Select(Node)])];

        NodeId Node(string node) =>
            int.TryParse(node.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? new NodeId(id)
                : throw ToolException.Usage(
                    $"'{text}' is no replica assignment: it reads as NODE:NODE,NODE:NODE, a partition between commas.");
    }
}

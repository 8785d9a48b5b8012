using System.Globalization;
using System.Text.Json.Serialization;

namespace KafkaActors.Cli.Topics;

/// <param name="Leader">Null when nobody leads.</param>
internal sealed record PartitionDescription(
    int Partition, int? Leader, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr)
{
    [JsonIgnore]
    public string LeaderText => Leader?.ToString(CultureInfo.InvariantCulture) ?? "none";
}

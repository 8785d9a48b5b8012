namespace KafkaActors.Cli.Groups;

/// <summary>Where a group is to go on in a partition.</summary>
internal sealed record NewOffset(string Group, string Topic, int Partition, long Offset);

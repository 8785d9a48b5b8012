namespace KafkaActors.Cli.Groups;

/// <summary>What of a group <c>--describe</c> shows.</summary>
internal enum GroupView
{
    Offsets,
    Members,
    MembersWithPartitions,
    State,
}

using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups.Assignors;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What a member tells its group and keeps to.</summary>
/// <param name="Assignors">The preferred first.</param>
/// <param name="RequestTimeout">For answers that come at once; a join may take the rebalance timeout longer.</param>
internal sealed record MembershipSettings(
    string GroupId,
    string? InstanceId,
    TimeSpan SessionTimeout,
    TimeSpan RebalanceTimeout,
    TimeSpan HeartbeatInterval,
    IReadOnlyList<IPartitionAssignor> Assignors,
    TimeSpan RequestTimeout)
{
    /// <summary>
    /// Only when every assignor is: members must know before they join whether they may keep anything.
    /// </summary>
    public bool IsCooperative => Assignors.All(assignor => assignor.IsCooperative);

    public static MembershipSettings From(ConsumerSettings settings, ClientSettings client) => new(
        settings.GroupId,
        settings.GroupInstanceId,
        settings.SessionTimeout,
        settings.MaxPollInterval,
        settings.HeartbeatInterval,
        [.. settings.AssignmentStrategy.Select(name => PartitionAssignors.Find(name)!)],
        client.RequestTimeout);
}

using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What a member tells its group and keeps to.</summary>
/// <param name="Assignors">
/// Of a classic group: the preferred first; all of them can rebalance in one way at least.
/// </param>
/// <param name="RemoteAssignor">The coordinator's, in a consumer group; null for its default.</param>
/// <param name="RequestTimeout">For answers that come at once; a join may take the rebalance timeout longer.</param>
internal sealed record GroupMemberSettings(
    string GroupId,
    string? InstanceId,
    TimeSpan SessionTimeout,
    TimeSpan RebalanceTimeout,
    TimeSpan HeartbeatInterval,
    IReadOnlyList<GuardedAssignor> Assignors,
    string? RemoteAssignor,
    TimeSpan RequestTimeout)
{
    /// <summary>
    /// Only when every assignor can: members must know before they join whether they may keep anything.
    /// </summary>
    public bool IsCooperative => Common(Assignors).HasFlag(RebalanceProtocols.Cooperative);

    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.InvalidConfig"/>: an assignor cannot be made, or they do not go together.
    /// </exception>
    public static GroupMemberSettings From(ConsumerSettings settings, ClientSettings client) => new(
        settings.GroupId,
        settings.GroupInstanceId,
        settings.SessionTimeout,
        settings.MaxPollInterval,
        settings.HeartbeatInterval,
        settings.GroupProtocol == GroupProtocol.Classic ? Create(settings.PartitionAssignmentStrategy) : [],
        settings.GroupRemoteAssignor,
        client.RequestTimeout);

    private static GuardedAssignor[] Create(IReadOnlyList<AssignmentStrategy> strategies)
    {
        GuardedAssignor[] assignors = [.. strategies.Select(strategy => strategy.Create())];
        string names = string.Join(", ", assignors.Select(assignor => assignor.Name));
        if (assignors.Length == 0) throw Invalid("is empty: a member of a classic group needs an assignor");
        if (assignors.Select(assignor => assignor.Name).Distinct().Count() < assignors.Length)
            throw Invalid($"names an assignor twice: {names}");
        return Common(assignors) != RebalanceProtocols.None
            ? assignors
            : throw Invalid($"has assignors that rebalance in no common way, eager or cooperative: {names}");
    }

    private static RebalanceProtocols Common(IEnumerable<GuardedAssignor> assignors) => assignors.Aggregate(
        RebalanceProtocols.Eager | RebalanceProtocols.Cooperative,
        (common, assignor) => common & assignor.SupportedProtocols);

    private static KafkaException Invalid(string fault) =>
        new(ErrorCode.InvalidConfig, $"{ConsumerSettings.Section}.partition.assignment.strategy {fault}.");
}

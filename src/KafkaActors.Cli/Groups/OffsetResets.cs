using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>
/// Moves groups: finds what <see cref="ResetPlan"/> decides on, and commits what it decided. All of a group's new
/// offsets are known before the first is committed.
/// </summary>
internal sealed class OffsetResets(ToolContext context, KafkaActorsClient client, ResetScope scope)
{
    /// <returns>Where the group goes on, or would.</returns>
    /// <exception cref="ToolException">
    /// The group has members, or an offset cannot be decided on or committed.
    /// </exception>
    public async Task<IReadOnlyList<NewOffset>> ResetAsync(GroupDescription group, CancellationToken stop)
    {
        if (!group.IsInactive)
        {
            throw new ToolException(
                $"offsets of group '{group.GroupId}' can be reset only while it is inactive, and it is {group.State}.");
        }

        List<NewOffset> plan = await PlanAsync(group.GroupId, stop).ConfigureAwait(false);
        if (scope.Execute) await CommitAsync(group.GroupId, plan, stop).ConfigureAwait(false);
        return plan;
    }

    private async Task<List<NewOffset>> PlanAsync(string group, CancellationToken stop)
    {
        var plan = new List<NewOffset>();
        Dictionary<TopicPartition, long> committed =
            await GroupLags.CommittedAsync(client, group, stop).ConfigureAwait(false);
        IReadOnlyDictionary<TopicPartition, ResetTarget> targets =
            await TargetsAsync(group, committed, stop).ConfigureAwait(false);
        IEnumerable<PartitionStanding> standings =
            await StandingsAsync(targets.Keys, committed, stop).ConfigureAwait(false);
        foreach (PartitionStanding standing in standings)
        {
            (TopicPartition name, _, _, _, _) = standing;
            (long offset, string? note) = ResetPlan.Decide(targets[name], standing);
            if (note is not null) context.Error.WriteLine(note);
            plan.Add(new NewOffset(group, name.Topic, name.Partition, offset));
        }

        return plan;
    }

    private async Task<IReadOnlyDictionary<TopicPartition, ResetTarget>> TargetsAsync(
        string group, Dictionary<TopicPartition, long> committed, CancellationToken stop)
    {
        if (scope.FromFile is { } file)
        {
            return file.TryGetValue(group, out Dictionary<TopicPartition, long>? offsets)
                ? offsets.ToDictionary(
                    entry => entry.Key, ResetTarget (entry) => new ResetTarget.ToOffset(entry.Value))
                : throw new ToolException($"the file has no offsets for group '{group}'.");
        }

        IEnumerable<TopicPartition> partitions = scope.Topics is { } specs
            ? await TopicSpecs.PartitionsAsync(client, specs, stop).ConfigureAwait(false)
            : committed.Keys;
        return partitions.ToDictionary(name => name, _ => scope.Target!);
    }

    private async Task<IEnumerable<PartitionStanding>> StandingsAsync(
        IEnumerable<TopicPartition> partitions, Dictionary<TopicPartition, long> committed, CancellationToken stop)
    {
        TopicPartition[] names =
            [.. partitions.OrderBy(name => name.Topic, StringComparer.Ordinal).ThenBy(name => name.Partition)];
        Dictionary<TopicPartition, long> earliest = await OffsetsAsync(OffsetQuery.Earliest).ConfigureAwait(false);
        Dictionary<TopicPartition, long> latest = await OffsetsAsync(OffsetQuery.Latest).ConfigureAwait(false);
        Dictionary<TopicPartition, long> atTime = scope.Target is ResetTarget.ToTime time
            ? await OffsetsAsync(time.TimestampMs).ConfigureAwait(false)
            : [];
        return names.Select(name => new PartitionStanding(
            name,
            committed.TryGetValue(name, out long offset) ? offset : null,
            Told(earliest, name),
            Told(latest, name),
            atTime.TryGetValue(name, out long found) ? found : null));

        Task<Dictionary<TopicPartition, long>> OffsetsAsync(long query) =>
            GroupLags.OffsetsAsync(client, names, query, stop);
    }

    private async Task CommitAsync(string group, List<NewOffset> plan, CancellationToken stop)
    {
        if (plan.Count == 0) return;
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = plan.ToDictionary(
            row => new TopicPartition(row.Topic, row.Partition), row => new OffsetAndMetadata(row.Offset));
        IReadOnlyList<GroupOffsetResult> results = await client.Admin.Groups
            .CommitOffsetsAsync(group, offsets, cancellationToken: stop).ConfigureAwait(false);
        foreach (GroupOffsetResult failed in results.Where(result => result.Error != ErrorCode.None))
        {
            throw new ToolException(
                $"the offset of {failed.Partition} was not reset for group '{group}': {ErrorName.Of(failed.Error)}.");
        }
    }

    private static long Told(Dictionary<TopicPartition, long> offsets, TopicPartition name) =>
        offsets.TryGetValue(name, out long offset)
            ? offset
            : throw new ToolException($"the offsets of {name} cannot be told: it does not exist, or nobody leads it.");
}

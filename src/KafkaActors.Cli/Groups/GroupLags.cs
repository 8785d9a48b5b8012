using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Asks the cluster where groups stand, and how far behind the ends of their partitions that is.</summary>
internal sealed class GroupLags(KafkaActorsClient client, TimeProvider time)
{
    public async Task<IReadOnlyList<OffsetRow>> ReadAsync(GroupDescription group, CancellationToken stop)
    {
        Dictionary<TopicPartition, long> committed =
            await CommittedAsync(client, group.GroupId, stop).ConfigureAwait(false);
        Dictionary<TopicPartition, long> ends = await OffsetsAsync(
            client, OffsetRows.Partitions(group, committed), OffsetQuery.Latest, stop).ConfigureAwait(false);
        var rows = new OffsetRows(group, committed, ends);
        return rows.Of(
            await UnconsumedRecords.TimestampsAsync(client, rows.Lagging(), stop).ConfigureAwait(false),
            time.GetUtcNow());
    }

    /// <summary>What the group has committed, where that can be told.</summary>
    public static async Task<Dictionary<TopicPartition, long>> CommittedAsync(
        KafkaActorsClient client, string group, CancellationToken stop)
    {
        IReadOnlyList<GroupOffset> offsets = await client.Admin.Groups
            .FetchOffsetsAsync(group, cancellationToken: stop).ConfigureAwait(false);
        return offsets.Where(offset => offset.Error == ErrorCode.None && offset.Offset >= 0)
            .ToDictionary(offset => offset.Partition, offset => offset.Offset);
    }

    /// <summary>Offsets by time; without the partitions that have none, or whose leader does not tell.</summary>
    public static async Task<Dictionary<TopicPartition, long>> OffsetsAsync(
        KafkaActorsClient client, IEnumerable<TopicPartition> partitions, long query, CancellationToken stop)
    {
        IReadOnlyList<ListedOffset> offsets = await client.Admin
            .ListOffsetsAsync(partitions.ToDictionary(name => name, _ => query), cancellationToken: stop)
            .ConfigureAwait(false);
        return offsets.Where(offset => offset.Error == ErrorCode.None && offset.Offset >= 0)
            .ToDictionary(offset => offset.Partition, offset => offset.Offset);
    }
}

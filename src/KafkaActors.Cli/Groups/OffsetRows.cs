using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Puts together where a group stands. Pure.</summary>
/// <param name="committed">What the group has committed.</param>
/// <param name="ends">Log end offsets; a partition whose end cannot be told is missing.</param>
internal sealed class OffsetRows(
    GroupDescription group,
    IReadOnlyDictionary<TopicPartition, long> committed,
    IReadOnlyDictionary<TopicPartition, long> ends)
{
    /// <summary>Every partition that a row will be about.</summary>
    public static HashSet<TopicPartition> Partitions(
        GroupDescription group, IReadOnlyDictionary<TopicPartition, long> committed) =>
        [.. group.Members.SelectMany(member => member.Assignment), .. committed.Keys];

    /// <summary>Of the partitions with a lag, where the group goes on.</summary>
    public Dictionary<TopicPartition, long> Lagging() => committed
        .Where(entry => Lag(entry.Key) > 0)
        .ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Partitions that members have, then those nobody has, then members without any.</summary>
    /// <param name="timestamps">Of the first record not consumed, in ms, where it was found.</param>
    public IReadOnlyList<OffsetRow> Of(IReadOnlyDictionary<TopicPartition, long> timestamps, DateTimeOffset now)
    {
        HashSet<TopicPartition> owned = [.. group.Members.SelectMany(member => member.Assignment)];
        return
        [
            .. group.Members.SelectMany(member => member.Assignment.Select(name => (Member: member, Name: name)))
                .OrderBy(entry => entry.Name.Topic, StringComparer.Ordinal).ThenBy(entry => entry.Name.Partition)
                .Select(entry => Row(entry.Name, entry.Member)),
            .. committed.Keys.Where(name => !owned.Contains(name))
                .OrderBy(name => name.Topic, StringComparer.Ordinal).ThenBy(name => name.Partition)
                .Select(name => Row(name, null)),
            .. group.Members.Where(member => member.Assignment.Count == 0).Select(Idle),
        ];

        OffsetRow Row(TopicPartition name, MemberDescription? member) => new(
            group.GroupId,
            name.Topic,
            name.Partition,
            Find(committed, name),
            Find(ends, name),
            Lag(name),
            LagSeconds(name, timestamps, now),
            member?.MemberId,
            member?.Host,
            member?.ClientId);
    }

    private OffsetRow Idle(MemberDescription member) => new(
        group.GroupId, null, null, null, null, null, null, member.MemberId, member.Host, member.ClientId);

    private long? Lag(TopicPartition name) => Find(ends, name) - Find(committed, name);

    private double? LagSeconds(
        TopicPartition name, IReadOnlyDictionary<TopicPartition, long> timestamps, DateTimeOffset now)
    {
        if (Lag(name) is not { } lag) return null;
        if (lag <= 0) return 0;
        if (Find(timestamps, name) is not { } timestampMs) return null;
        // A producer's clock may be ahead of this one.
        return Math.Round(Math.Max(now.ToUnixTimeMilliseconds() - timestampMs, 0) / 1000.0, 1);
    }

    private static long? Find(IReadOnlyDictionary<TopicPartition, long> offsets, TopicPartition name) =>
        offsets.TryGetValue(name, out long offset) ? offset : null;
}

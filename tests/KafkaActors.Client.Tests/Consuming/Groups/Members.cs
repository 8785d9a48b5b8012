using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>Writes groups and assignments as Kafka's documentation does: <c>t0p1</c> is partition 1 of t0.</summary>
internal static class Members
{
    public static GroupMember Member(string id, string topics, string owned = "", int generation = -1) =>
        new(id, null, Words(topics), Partitions(owned), generation, null);

    public static GroupMember With(
        this GroupMember member,
        IConsumerPartitionAssignor assignor,
        IReadOnlyList<TopicPartition> owned,
        int generation) =>
        assignor.SupportedProtocols.HasFlag(RebalanceProtocols.Cooperative)
            ? member with { Owned = owned, Generation = generation }
            : member with
            {
                UserData = assignor.SubscriptionUserData(new MemberSubscription(member.Topics, owned, generation)),
            };

    public static IConsumerPartitionAssignor Assignor(string name) => name switch
    {
        "range" => new RangeAssignor(),
        "roundrobin" => new RoundRobinAssignor(),
        "sticky" => new StickyAssignor(),
        "cooperative-sticky" => new CooperativeStickyAssignor(),
        _ => throw new ArgumentException(name),
    };

    public static GuardedAssignor[] Assignors(string names) =>
        [.. Words(names).Select(name => AssignmentStrategy.Find(name)!.Create())];

    public static Dictionary<string, List<TopicPartition>> Assign(
        this IConsumerPartitionAssignor assignor,
        Dictionary<string, int> counts,
        IReadOnlyCollection<GroupMember> members)
    {
        IReadOnlyDictionary<string, MemberAssignment> assignment = assignor.Assign(
            new GroupSubscription(counts, members));
        return assignment.ToDictionary(entry => entry.Key, entry => entry.Value.Partitions.ToList());
    }

    public static TopicPartition[] Partitions(string text) => Array.ConvertAll(Words(text), word =>
    {
        int p = word.LastIndexOf('p');
        return new TopicPartition(word[..p], int.Parse(word[(p + 1)..]));
    });

    public static string Text(IEnumerable<TopicPartition> partitions) =>
        string.Join(' ', partitions.Select(partition => $"{partition.Topic}p{partition.Partition}"));

    /// <summary><c>C0: t0p0 t1p1 | C1: t0p1</c>, members and partitions in their order.</summary>
    public static string Text(Dictionary<string, List<TopicPartition>> assignment) => string.Join(
        " | ",
        assignment.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: " + Text(
            entry.Value.OrderBy(partition => partition.Topic, StringComparer.Ordinal)
                .ThenBy(partition => partition.Partition))));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

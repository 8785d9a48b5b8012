using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Groups.Consumers.Assignors;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Groups.Consumers.Assignors;

/// <summary>A group that an assignor serves through changes: each assignment is the former one of the next.</summary>
internal sealed class AssignorScenario(IPartitionAssignor assignor)
{
    private readonly SortedDictionary<string, (string? InstanceId, HashSet<TopicId> Topics)> _members = [];
    private readonly Dictionary<TopicId, int> _topics = [];

    public IReadOnlyDictionary<string, PartitionSet> Assignment { get; private set; } =
        new Dictionary<string, PartitionSet>();

    public IReadOnlyCollection<string> Members => _members.Keys;

    public IReadOnlyCollection<TopicId> Topics => _topics.Keys;

    public AssignorScenario Topic(int topic, int partitions)
    {
        _topics[Id(topic)] = partitions;
        return this;
    }

    public AssignorScenario Member(string memberId, params int[] topics) => StaticMember(memberId, null, topics);

    public AssignorScenario StaticMember(string memberId, string? instanceId, params int[] topics)
    {
        _members[memberId] = (instanceId, [.. topics.Select(Id)]);
        return this;
    }

    public AssignorScenario Gone(string memberId)
    {
        _members.Remove(memberId);
        return this;
    }

    public int PartitionsOf(TopicId topic) => _topics[topic];

    public bool IsSubscribed(string memberId, TopicId topic) => _members[memberId].Topics.Contains(topic);

    /// <summary>How many partitions the member has, or has of the topic.</summary>
    public int Load(string memberId, int? topic = null) =>
        Assignment[memberId].Count(partition => topic is null || partition.TopicId == Id(topic.Value));

    /// <returns>How many partitions, of those that some present member had, are now another's or nobody's.</returns>
    public int Assign()
    {
        IReadOnlyDictionary<string, PartitionSet> former = Assignment;
        Assignment = assignor.Assign(new AssignorInput(
            [.. _members.Select(member => new AssignorMember(
                member.Key,
                member.Value.InstanceId,
                member.Value.Topics,
                former.GetValueOrDefault(member.Key) ?? PartitionSet.Empty))],
            _topics.Where(topic => _members.Values.Any(member => member.Topics.Contains(topic.Key))).ToDictionary()));
        AssertCompleteAndDisjoint();
        return _members.Keys.Where(former.ContainsKey).Sum(member => former[member].Except(Assignment[member]).Count);
    }

    private void AssertCompleteAndDisjoint()
    {
        Assert.That(Assignment.Keys, Is.EquivalentTo(_members.Keys));
        TopicIdPartition[] assigned = [.. Assignment.Values.SelectMany(partitions => partitions)];
        TopicIdPartition[] expected = [.. _topics
            .Where(topic => _members.Values.Any(member => member.Topics.Contains(topic.Key)))
            .SelectMany(topic => Enumerable.Range(0, topic.Value).Select(p => new TopicIdPartition(topic.Key, p)))];
        Assert.That(assigned, Is.Unique);
        Assert.That(assigned.ToHashSet().SetEquals(expected), Is.True);
        foreach ((string memberId, PartitionSet partitions) in Assignment)
            Assert.That(partitions.All(partition => IsSubscribed(memberId, partition.TopicId)), Is.True);
    }
}

using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>
/// An assignment that is being evened out, for <see cref="UniformAssignor"/>. Members and topics are indexes here.
/// Invariant: every partition has one owner, who is subscribed to its topic.
/// </summary>
internal sealed class UniformBalance
{
    private readonly IReadOnlyList<AssignorMember> _members;
    private readonly TopicId[] _topics;
    private readonly int[][] _subscribers;
    private readonly bool[][] _isSubscriber;
    private readonly Dictionary<int, Holding>[] _owned;
    private readonly int[] _loads;

    public UniformBalance(AssignorInput input)
    {
        _members = input.Members;
        _loads = new int[_members.Count];
        _owned = [.. _members.Select(_ => new Dictionary<int, Holding>())];
        _topics = [.. input.PartitionCounts.Keys];
        _isSubscriber = [.. _topics.Select(topic =>
            _members.Select(member => member.Topics.Contains(topic)).ToArray())];
        _subscribers = [.. _isSubscriber.Select(members =>
            members.Index().Where(member => member.Item).Select(member => member.Index).ToArray())];
        bool[][] isOwned = [.. input.PartitionCounts.Values.Select(count => new bool[count])];
        Keep(isOwned);
        Fill(isOwned);
    }

    /// <summary>Who has most of those not settled; null when even they have nothing to give to anybody.</summary>
    public int? MostLoaded(HashSet<int> settled)
    {
        int? most = null;
        for (int member = 0; member < _loads.Length; member++)
            if ((most is null || _loads[member] > _loads[most.Value]) && !settled.Contains(member)) most = member;
        return most is { } giver && _loads[giver] >= _loads.Min() + 2 ? giver : null;
    }

    /// <summary>
    /// The shortest way from the giver to a member with at least two less, each of whose links has a partition that the
    /// next may have; of the members at that distance, to one with least. Null when there is none.
    /// </summary>
    public IReadOnlyList<int>? ShortestChain(int giver)
    {
        int least = _loads.Min();
        int[] cameFrom = new int[_loads.Length];
        Array.Fill(cameFrom, -1);
        cameFrom[giver] = giver;
        var seen = new HashSet<int>();
        List<int> frontier = [giver];
        while (frontier.Count > 0)
        {
            var reached = new List<int>();
            foreach ((int member, int subscriber) in Links(frontier, seen))
            {
                if (cameFrom[subscriber] >= 0) continue;
                cameFrom[subscriber] = member;
                reached.Add(subscriber);
                if (_loads[subscriber] == least) break;
            }

            int[] takers = [.. reached.Where(member => _loads[member] + 2 <= _loads[giver])];
            if (takers.Length > 0) return Chain(takers.MinBy(member => _loads[member]), cameFrom);
            frontier = reached;
        }

        return null;
    }

    /// <summary>Each member of the chain gives one partition to the next.</summary>
    public void Move(IReadOnlyList<int> chain)
    {
        // From the far end, so that nobody passes on what it has just been given.
        for (int i = chain.Count - 1; i > 0; i--)
        {
            (int giver, int taker) = (chain[i - 1], chain[i]);
            int topic = TopicToMove(giver, taker);
            _loads[giver]--;
            Give(taker, topic, _owned[giver][topic].TakeLast());
        }
    }

    public IReadOnlyDictionary<string, PartitionSet> ToAssignment() => _members.Index().ToDictionary(
        member => member.Item.MemberId,
        member => PartitionSet.Of(_owned[member.Index].SelectMany(owned =>
            owned.Value.Partitions.Select(partition => new TopicIdPartition(_topics[owned.Key], partition)))));

    private static List<int> Chain(int taker, int[] cameFrom)
    {
        List<int> chain = [taker];
        while (cameFrom[chain[^1]] != chain[^1]) chain.Add(cameFrom[chain[^1]]);
        chain.Reverse();
        return chain;
    }

    /// <summary>What members had and still may have, they keep.</summary>
    private void Keep(bool[][] isOwned)
    {
        Dictionary<TopicId, int> topics = _topics.Index().ToDictionary(topic => topic.Item, topic => topic.Index);
        foreach ((int index, AssignorMember member) in _members.Index())
        {
            foreach (TopicIdPartition former in member.Former)
            {
                if (!topics.TryGetValue(former.TopicId, out int topic)
                    || !_isSubscriber[topic][index]
                    || former.Partition < 0
                    || former.Partition >= isOwned[topic].Length
                    || isOwned[topic][former.Partition])
                    continue;
                isOwned[topic][former.Partition] = true;
                Give(index, topic, former.Partition);
                _owned[index][topic].KeepAll();
            }
        }
    }

    /// <summary>What nobody has goes to who has least, first that which the fewest may have.</summary>
    private void Fill(bool[][] isOwned)
    {
        foreach ((int topic, int[] subscribers) in _subscribers.Index().OrderBy(topic => topic.Item.Length))
        {
            if (subscribers.Length == 0) continue;
            for (int partition = 0; partition < isOwned[topic].Length; partition++)
                if (!isOwned[topic][partition]) Give(LeastLoaded(subscribers, topic), topic, partition);
        }
    }

    /// <summary>Of those with as little, the one with least of the topic.</summary>
    private int LeastLoaded(int[] members, int topic)
    {
        int least = members[0];
        foreach (int member in members)
            if (_loads[member] < _loads[least]
                || (_loads[member] == _loads[least] && CountOf(member, topic) < CountOf(least, topic)))
                least = member;
        return least;
    }

    private int CountOf(int member, int topic) => _owned[member].GetValueOrDefault(topic)?.Partitions.Count ?? 0;

    private void Give(int member, int topic, int partition)
    {
        if (!_owned[member].TryGetValue(topic, out Holding? holding)) _owned[member][topic] = holding = new Holding();
        holding.Partitions.Add(partition);
        _loads[member]++;
    }

    /// <summary>Who may be given something by one of the members; a topic once seen leads nowhere new.</summary>
    private IEnumerable<(int Member, int Subscriber)> Links(List<int> members, HashSet<int> seen)
    {
        foreach (int member in members)
            foreach ((int topic, Holding holding) in _owned[member])
                if (holding.Partitions.Count > 0 && seen.Add(topic))
                    foreach (int subscriber in _subscribers[topic])
                        yield return (member, subscriber);
    }

    /// <summary>
    /// First what the giver got only here, for that moves nothing; then what it has more of, compared with the taker.
    /// </summary>
    private int TopicToMove(int giver, int taker)
    {
        (int Topic, bool HasNew, int Surplus) best = (-1, false, 0);
        foreach ((int topic, Holding holding) in _owned[giver])
        {
            if (holding.Partitions.Count == 0 || !_isSubscriber[topic][taker]) continue;
            int surplus = holding.Partitions.Count - CountOf(taker, topic);
            if (best.Topic < 0 || (holding.HasNew, surplus).CompareTo((best.HasNew, best.Surplus)) > 0)
                best = (topic, holding.HasNew, surplus);
        }

        return best.Topic;
    }

    /// <summary>A member's partitions of one topic: first those it had before, then those it got here.</summary>
    private sealed class Holding
    {
        private int _kept;

        public List<int> Partitions { get; } = [];

        public bool HasNew => Partitions.Count > _kept;

        public void KeepAll() => _kept = Partitions.Count;

        public int TakeLast()
        {
            int last = Partitions[^1];
            Partitions.RemoveAt(Partitions.Count - 1);
            _kept = Math.Min(_kept, Partitions.Count);
            return last;
        }
    }
}

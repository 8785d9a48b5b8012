using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// Divides partitions so that loads differ as little as subscriptions allow, and moves no more partitions than that
/// takes: members keep what they own, what nobody owns goes to whoever has least, and then the fullest members give
/// single partitions away as long as somebody has two fewer. Balanced means: no partition could move to a subscriber
/// that has two fewer than its owner. Each step lessens the sum of the squared loads, so it ends.
/// Used once.
/// </summary>
internal sealed class StickyAssignment
{
    private readonly IReadOnlyDictionary<string, int> _partitionCounts;
    private readonly Dictionary<string, Share> _shares;
    private readonly SortedSet<Share> _byLoad;
    private readonly Dictionary<TopicPartition, (Share? Owner, int Generation)> _owners = [];

    public StickyAssignment(
        IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyCollection<GroupMember> members,
        Func<GroupMember, OwnedPartitions> owned)
    {
        _partitionCounts = partitionCounts;
        _shares = GroupMember.Sorted(members).Select((member, rank) => new Share(member, rank, owned(member)))
            .ToDictionary(share => share.Member);
        Keep();
        _byLoad = [.. _shares.Values];
    }

    public Dictionary<string, List<TopicPartition>> Build()
    {
        AssignFree();
        while (TryBalance())
        {
        }

        return _shares.ToDictionary(entry => entry.Key, entry => entry.Value.Partitions);
    }

    /// <summary>Whose the partition was by right; null when nobody's.</summary>
    public string? OwnerOf(TopicPartition partition) => _owners.GetValueOrDefault(partition).Owner?.Member;

    /// <summary>
    /// Members keep what they own. Of two that own the same partition the one of the younger generation is right; of
    /// the same generation neither is, for one of them must have missed something.
    /// </summary>
    private void Keep()
    {
        foreach (Share share in _shares.Values)
        {
            foreach (TopicPartition partition in share.Claims.Where(Exists))
            {
                int generation = share.Owned.Generation;
                bool isClaimed = _owners.TryGetValue(partition, out (Share? Owner, int Generation) other);
                if (!isClaimed || generation > other.Generation) _owners[partition] = (share, generation);
                else if (generation == other.Generation) _owners[partition] = (null, generation);
            }
        }

        foreach ((TopicPartition partition, (Share? owner, _)) in _owners.OrderBy(entry => entry.Key.Partition)
            .ThenBy(entry => entry.Key.Topic, StringComparer.Ordinal))
            owner?.Keep(partition);
    }

    /// <summary>First the topics that fewest may read, for whose partitions there is least choice.</summary>
    private void AssignFree()
    {
        HashSet<TopicPartition> taken = [.. _shares.Values.SelectMany(share => share.Partitions)];
        IEnumerable<TopicPartition> free = _partitionCounts.Keys
            .Select(topic => (Topic: topic, Readers: _shares.Values.Count(share => share.Subscribes(topic))))
            .Where(entry => entry.Readers > 0)
            .OrderBy(entry => entry.Readers).ThenBy(entry => entry.Topic, StringComparer.Ordinal)
            .SelectMany(entry => Enumerable.Range(0, _partitionCounts[entry.Topic])
                .Select(index => new TopicPartition(entry.Topic, index)))
            .Where(partition => !taken.Contains(partition));
        foreach (TopicPartition partition in free)
        {
            Share least = _byLoad.First(share => share.Subscribes(partition));
            Change(least, () => least.Partitions.Add(partition));
        }
    }

    /// <summary>Moves one partition, from the fullest member that can give to the emptiest that can take.</summary>
    private bool TryBalance()
    {
        foreach (Share giver in _byLoad.Reverse())
        {
            foreach (Share taker in _byLoad)
            {
                if (taker.Load + 2 > giver.Load) break;
                if (giver.FindFor(taker) is not { } position) continue;
                TopicPartition moving = giver.Partitions[position];
                Change(giver, () => giver.Partitions.RemoveAt(position));
                Change(taker, () => taker.Partitions.Add(moving));
                return true;
            }
        }

        return false;
    }

    private void Change(Share share, Action change)
    {
        _byLoad.Remove(share);
        change();
        _byLoad.Add(share);
    }

    private bool Exists(TopicPartition partition) =>
        _partitionCounts.TryGetValue(partition.Topic, out int count) && partition.Partition < count;

    /// <summary>One member and what it has so far: first what it keeps, then what is new to it.</summary>
    private sealed class Share(GroupMember member, int rank, OwnedPartitions owned) : IComparable<Share>
    {
        private readonly HashSet<string> _topics = [.. member.Topics];

        public string Member => member.Id;

        public OwnedPartitions Owned => owned;

        /// <summary>What it owns and still subscribes to.</summary>
        public IEnumerable<TopicPartition> Claims => owned.Partitions.Distinct().Where(Subscribes);

        public List<TopicPartition> Partitions { get; } = [];

        public int Load => Partitions.Count;

        public bool Subscribes(string topic) => _topics.Contains(topic);

        public bool Subscribes(TopicPartition partition) => _topics.Contains(partition.Topic);

        public void Keep(TopicPartition partition) => Partitions.Add(partition);

        /// <summary>Where a partition stands that the other may take: new ones are given away first.</summary>
        public int? FindFor(Share taker)
        {
            int position = Partitions.FindLastIndex(taker.Subscribes);
            return position < 0 ? null : position;
        }

        public int CompareTo(Share? other) =>
            (Load, rank).CompareTo((other?.Load ?? 0, other?.Rank ?? 0));

        private int Rank => rank;
    }
}

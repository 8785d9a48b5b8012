namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// What the members of one group saw and committed, in the order in which the test learned of it. Checks as it is
/// written that no member that takes a partition over sees what was committed before. Thread-safe.
/// </summary>
internal sealed class GroupLog
{
    private readonly Lock _lock = new();
    private readonly List<Sighting> _sightings = [];
    private readonly Dictionary<int, int> _timesSeen = [];
    private readonly Dictionary<int, long> _committed = [];
    private readonly Dictionary<int, string> _owners = [];
    private readonly List<string> _violations = [];
    private readonly List<(string Member, string Name, int[] Partitions)> _rebalances = [];
    private readonly List<(string Member, string Error)> _crashes = [];

    public IReadOnlyList<Sighting> Sightings => Locked(() => (Sighting[])[.. _sightings]);

    /// <summary>What a member saw that had been committed already.</summary>
    public IReadOnlyList<string> Violations => Locked(() => (string[])[.. _violations]);

    /// <summary>For each partition the highest commit that a member was told had succeeded.</summary>
    public IReadOnlyDictionary<int, long> Committed => Locked(() => new Dictionary<int, long>(_committed));

    public IReadOnlyList<(string Member, string Error)> Crashes =>
        Locked(() => ((string, string)[])[.. _crashes]);

    public void Record(string member, int partition, long offset, int value) => Locked(() =>
    {
        bool isTakenOver = _owners.GetValueOrDefault(partition) != member;
        if (isTakenOver && offset < _committed.GetValueOrDefault(partition))
            _violations.Add($"{member} saw {partition}@{offset}, committed was {_committed[partition]}");
        _owners[partition] = member;
        _timesSeen[value] = _timesSeen.GetValueOrDefault(value) + 1;
        _sightings.Add(new Sighting(member, partition, offset, value, System.Diagnostics.Stopwatch.GetTimestamp()));
        return true;
    });

    public void Commit(int partition, long offset) => Locked(() =>
        _committed[partition] = Math.Max(offset, _committed.GetValueOrDefault(partition)));

    /// <param name="name"><c>assigned</c>, <c>revoked</c> or <c>lost</c>.</param>
    public void Rebalance(string member, string name, int[] partitions) => Locked(() =>
    {
        _rebalances.Add((member, name, partitions));
        return true;
    });

    public void Crash(string member, string error) => Locked(() =>
    {
        _crashes.Add((member, error));
        return true;
    });

    /// <summary>Every assignment and revocation that the client told, in order.</summary>
    public IReadOnlyList<(string Name, int[] Partitions)> RebalancesOf(string member) => Locked(() =>
        ((string, int[])[])[.. _rebalances.Where(each => each.Member == member)
            .Select(each => (each.Name, each.Partitions))]);

    public bool HasSeenAll(int from, int to) => Locked(() =>
        Enumerable.Range(from, to - from).All(_timesSeen.ContainsKey));

    /// <summary>The numbers of a range that were not seen exactly once, with how often they were.</summary>
    public IReadOnlyList<(int Value, int Times)> NotSeenOnce(int from, int to) => Locked(() =>
        ((int, int)[])[.. Enumerable.Range(from, to - from)
            .Select(value => (value, _timesSeen.GetValueOrDefault(value)))
            .Where(seen => seen.Item2 != 1)]);

    private T Locked<T>(Func<T> action)
    {
        lock (_lock) return action();
    }
}

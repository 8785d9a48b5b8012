using System.Security.Cryptography;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// The incremental fetch sessions that a node remembers (KIP-227): up to a number of them, and of their partitions
/// together. When it is full, the one that was not used for longest makes room, if that was long ago; else the smallest
/// of those that have lived for as long, if the new one has more partitions, which would be sent again and again; else
/// there is no new one, and its client fetches without. One for all connections of a node; any thread.
/// </summary>
internal sealed class FetchSessions(int slots, TimeProvider clock)
{
    /// <summary>The id of a fetch without one.</summary>
    public const int NoSession = 0;

    /// <summary>On average: some 300 bytes each.</summary>
    public const int PartitionsPerSlot = 250;

    /// <summary>
    /// A session used since, or opened since, is not given up for another: each would cost the other its own.
    /// </summary>
    public static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly SortedSet<(int Partitions, int Id)> _settled = [];
    private long _partitions;

    public bool IsOn => slots > 0;

    public int Count
    {
        get
        {
            lock (_lock) return _byId.Count;
        }
    }

    /// <summary>The session, which counts as used.</summary>
    public FetchSession? Find(int id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out LinkedListNode<Entry>? node)) return null;
            Entry entry = node.Value;
            entry.UsedAt = clock.GetTimestamp();
            if (clock.GetElapsedTime(entry.OpenedAt) >= LeastAge) _settled.Add((entry.Partitions, id));
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return entry.Session;
        }
    }

    /// <summary>Gives the session an id and remembers it, if there is room.</summary>
    public bool TryOpen(FetchSession session)
    {
        var evicted = new List<FetchSession>();
        bool isOpen;
        lock (_lock)
        {
            isOpen = TryMakeRoom(session.PartitionCount, sessions: 1, evicted);
            if (isOpen) Add(session);
        }

        evicted.ForEach(one => one.Close());
        return isOpen;
    }

    /// <summary>The session has taken a request: whether there is room for the partitions that it has now.</summary>
    public bool TryResize(FetchSession session)
    {
        var evicted = new List<FetchSession>();
        bool isRoom = false;
        lock (_lock)
        {
            if (_byId.TryGetValue(session.Id, out LinkedListNode<Entry>? node))
            {
                int more = session.PartitionCount - node.Value.Partitions;
                isRoom = TryMakeRoom(more, sessions: 0, evicted);
                if (isRoom) Grow(node.Value, more);
            }
        }

        evicted.ForEach(one => one.Close());
        return isRoom;
    }

    public void Close(int id)
    {
        FetchSession? closed;
        lock (_lock) closed = _byId.TryGetValue(id, out LinkedListNode<Entry>? node) ? Remove(node) : null;
        closed?.Close();
    }

    private bool TryMakeRoom(int partitions, int sessions, List<FetchSession> evicted)
    {
        long most = (long)slots * PartitionsPerSlot;
        while (partitions > 0 && _partitions + partitions > most)
        {
            if (Stale() is not { } stale) return false;
            evicted.Add(Remove(stale));
        }

        if (_byId.Count + sessions <= slots) return true;
        if ((Stale() ?? SmallerThan(partitions)) is not { } least) return false;
        evicted.Add(Remove(least));
        return true;
    }

    private LinkedListNode<Entry>? Stale() =>
        _byUse.First is { } oldest && clock.GetElapsedTime(oldest.Value.UsedAt) >= LeastAge ? oldest : null;

    private LinkedListNode<Entry>? SmallerThan(int partitions) =>
        _settled.Count > 0 && _settled.Min is var least && least.Partitions < partitions ? _byId[least.Id] : null;

    private void Grow(Entry entry, int more)
    {
        bool isSettled = _settled.Remove((entry.Partitions, entry.Session.Id));
        (entry.Partitions, _partitions) = (entry.Partitions + more, _partitions + more);
        if (isSettled) _settled.Add((entry.Partitions, entry.Session.Id));
    }

    // Clients name their session by the id alone: one cannot be guessed, nor is it another's from before a restart.
    private void Add(FetchSession session)
    {
        do
        {
            session.Id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        }
        while (_byId.ContainsKey(session.Id));
        int partitions = session.PartitionCount;
        long now = clock.GetTimestamp();
        var entry = new Entry(session) { OpenedAt = now, UsedAt = now, Partitions = partitions };
        _byId.Add(session.Id, _byUse.AddLast(entry));
        _partitions += partitions;
    }

    private FetchSession Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byId.Remove(node.Value.Session.Id);
        _settled.Remove((node.Value.Partitions, node.Value.Session.Id));
        _partitions -= node.Value.Partitions;
        return node.Value.Session;
    }

    private sealed class Entry(FetchSession session)
    {
        public FetchSession Session => session;

        public required long OpenedAt { get; init; }

        public long UsedAt { get; set; }

        public int Partitions { get; set; }
    }
}

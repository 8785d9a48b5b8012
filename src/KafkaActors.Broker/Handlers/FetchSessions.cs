using System.Security.Cryptography;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// The incremental fetch sessions that a node remembers (KIP-227): up to a number of them, and of their partitions
/// together. When it is full, the one that was not used for longest makes room, if that was long ago; else there is no
/// new one, and its client fetches without. One for all connections of a node; any thread.
/// </summary>
internal sealed class FetchSessions(int slots, TimeProvider clock)
{
    /// <summary>The id of a fetch without one.</summary>
    public const int NoSession = 0;

    /// <summary>On average: some 300 bytes each.</summary>
    public const int PartitionsPerSlot = 250;

    /// <summary>A session younger than this is not given up for another: each would cost the other its own.</summary>
    public static readonly TimeSpan LeastIdle = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _byUse = [];
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
            node.Value.UsedAt = clock.GetTimestamp();
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Session;
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
                if (isRoom) (node.Value.Partitions, _partitions) = (node.Value.Partitions + more, _partitions + more);
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
        while (_byId.Count + sessions > slots || (partitions > 0 && _partitions + partitions > most))
        {
            if (_byUse.First is not { } oldest || clock.GetElapsedTime(oldest.Value.UsedAt) < LeastIdle) return false;
            evicted.Add(Remove(oldest));
        }

        return true;
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
        var entry = new Entry(session) { UsedAt = clock.GetTimestamp(), Partitions = partitions };
        _byId.Add(session.Id, _byUse.AddLast(entry));
        _partitions += partitions;
    }

    private FetchSession Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byId.Remove(node.Value.Session.Id);
        _partitions -= node.Value.Partitions;
        return node.Value.Session;
    }

    private sealed class Entry(FetchSession session)
    {
        public FetchSession Session => session;

        public long UsedAt { get; set; }

        public int Partitions { get; set; }
    }
}

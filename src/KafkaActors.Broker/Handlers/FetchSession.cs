using System.Collections.Concurrent;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// What this node remembers of one client's fetches (KIP-227), so that a request names what changes of what it asks
/// for, and an answer what changed in the logs. A fetch looks at the <em>active</em> partitions alone: those that the
/// request names, that were woken since they were looked at last, or of which there was something left to send. So an
/// idle partition costs nothing, however many there are. What wakes nobody (a log start that moves, a topic that is
/// made anew) is found by a look at all of them from time to time.
/// Invariant: only the request that raised the epoch last looks and answers; one before it is answered with an error.
/// Any thread; owned by <see cref="FetchSessions"/>.
/// </summary>
internal sealed class FetchSession(NodeServices services, bool isById)
{
    /// <summary>Opens a session.</summary>
    public const int InitialEpoch = 0;

    /// <summary>Closes one, or asks for none.</summary>
    public const int FinalEpoch = -1;

    private static readonly TimeSpan WholeInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<FetchedName, SessionPartition> _partitions = [];
    private readonly ConcurrentQueue<SessionPartition> _woken = new();
    private List<SessionPartition> _active = [];
    private long _wholeAt = services.Clock.GetTimestamp();
    private volatile FetchWaiter? _waiter;
    private int _epoch = InitialEpoch + 1;

    /// <summary>0 while the node does not remember it.</summary>
    public int Id { get; set; }

    /// <summary>Whether its topics are named by their ids, which is the same in all of its requests.</summary>
    public bool IsById => isById;

    public int PartitionCount
    {
        get
        {
            lock (_lock) return _partitions.Count;
        }
    }

    /// <summary>The epoch of the next request.</summary>
    public int Epoch
    {
        get
        {
            lock (_lock) return _epoch;
        }
    }

    /// <summary>Epochs go round, past those that mean something else.</summary>
    public static int EpochAfter(int epoch) => epoch == int.MaxValue ? InitialEpoch + 1 : epoch + 1;

    /// <summary>Takes a request: from here on it is the current one. False when its epoch is not the next.</summary>
    public bool TryAdvance(FetchRequest request, out int epoch)
    {
        FetchWaiter? overtaken;
        lock (_lock)
        {
            epoch = _epoch;
            if (request.SessionEpoch != _epoch) return false;
            epoch = _epoch = EpochAfter(_epoch);
            Remember(request);
            overtaken = _waiter;
            _waiter = null;
        }

        overtaken?.Wake();
        return true;
    }

    /// <summary>Takes the partitions that a request names, and drops those that it forgets.</summary>
    public void Remember(FetchRequest request)
    {
        lock (_lock)
        {
            foreach (FetchRequest.FetchTopic topic in request.Topics)
            {
                foreach (FetchRequest.FetchPartition asked in topic.Partitions)
                    Remember(NameOf(topic.Topic, topic.TopicId, asked.Partition), asked);
            }

            foreach (FetchRequest.ForgottenTopic topic in request.ForgottenTopicsData)
            {
                foreach (int partition in topic.Partitions)
                {
                    if (_partitions.Remove(NameOf(topic.Topic, topic.TopicId, partition), out var forgotten))
                        forgotten.Forget();
                }
            }
        }
    }

    /// <summary>The active partitions, as this node knows them now; each is joined before it is looked at.</summary>
    /// <param name="version">Of the request.</param>
    public (List<SessionPartition> Active, List<FetchedPartition> Looked) Look(short version)
    {
        MetadataImage image = services.Image;
        lock (_lock)
        {
            Activate();
            _active.RemoveAll(partition => partition.IsForgotten);
            var looked = new List<FetchedPartition>(_active.Count);
            foreach (SessionPartition partition in _active)
            {
                FetchedPartition known = FetchedPartition.Of(image, version, partition.Name, partition.Asked);
                services.Partitions.TryGet(known.Position.Partition, out PartitionHandle? handle);
                partition.Join(handle);
                looked.Add(known);
            }

            return ([.. _active], looked);
        }
    }

    /// <summary>
    /// Answers what was looked at: <paramref name="tell"/> is given each place and says when the partition is looked at
    /// again. False when the request was overtaken: nothing has happened then.
    /// </summary>
    public bool TryAnswer(int epoch, IReadOnlyList<SessionPartition> looked, Func<int, NextLook> tell)
    {
        lock (_lock)
        {
            if (epoch != _epoch) return false;
            var first = new List<SessionPartition>();
            var last = new List<SessionPartition>();
            for (int i = 0; i < looked.Count; i++)
            {
                NextLook next = tell(i);
                looked[i].IsActive = next != NextLook.OnceWoken;
                if (looked[i].IsActive) (next == NextLook.Last ? last : first).Add(looked[i]);
            }

            _active = [.. first, .. last];
            return true;
        }
    }

    /// <summary>For the current request; one that was overtaken looks again by itself.</summary>
    public void Join(int epoch, FetchWaiter waiter)
    {
        lock (_lock)
        {
            if (epoch == _epoch) _waiter = waiter;
        }
    }

    public void Leave(FetchWaiter waiter)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_waiter, waiter)) _waiter = null;
        }
    }

    /// <summary>It is forgotten, and waits with no partition any more.</summary>
    public void Close()
    {
        FetchWaiter? left;
        lock (_lock)
        {
            _epoch = FinalEpoch;
            foreach (SessionPartition partition in _partitions.Values) partition.Forget();
            _partitions.Clear();
            _active = [];
            left = _waiter;
            _waiter = null;
        }

        left?.Wake();
    }

    /// <summary>On a partition's thread.</summary>
    public void Woken(SessionPartition partition)
    {
        _woken.Enqueue(partition);
        _waiter?.Wake();
    }

    private FetchedName NameOf(string topic, TopicId id, int partition) =>
        isById ? new FetchedName("", id, partition) : new FetchedName(topic, TopicId.None, partition);

    private void Remember(FetchedName name, FetchRequest.FetchPartition asked)
    {
        if (_partitions.TryGetValue(name, out SessionPartition? known)) known.Asked = asked;
        else _partitions.Add(name, known = new SessionPartition(this, name) { Asked = asked });
        Activate(known);
    }

    private void Activate()
    {
        while (_woken.TryDequeue(out SessionPartition? woken))
        {
            // Before it is looked at: what comes after this wakes it once more.
            woken.Rearm();
            Activate(woken);
        }

        TimeSpan since = services.Clock.GetElapsedTime(_wholeAt);
        if (since < WholeInterval) return;
        _wholeAt = services.Clock.GetTimestamp();
        foreach (SessionPartition partition in _partitions.Values) Activate(partition);
    }

    private void Activate(SessionPartition partition)
    {
        if (partition.IsActive || partition.IsForgotten) return;
        partition.IsActive = true;
        _active.Add(partition);
    }
}

using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// A client that appends numbered records. The idempotent one repeats each under acks=all until it is acknowledged and
/// has a few under way at a time; the other sends each once under acks=1.
/// </summary>
internal sealed class SimProducer(SimCluster cluster, int id)
{
    private const int MostInFlight = 3;
    private const int TimeoutMs = 600;

    private readonly HashSet<int> _inFlight = [];
    private int _next;
    private bool _isKnown;
    private SimNode _leader = cluster.Nodes[0];

    private readonly bool _isIdempotent = IsIdempotentId(id);

    public bool IsIdle => _inFlight.Count == 0;

    /// <summary>
    /// Whether the next record may be sent: none runs ahead of the oldest that is under way by more than a partition
    /// remembers, and none of the first, because a partition takes any as the first of a producer it does not know.
    /// </summary>
    private bool HasRoom => _inFlight.Count == 0 || (_isKnown && _next - _inFlight.Min() < MostInFlight);

    /// <summary>The last of three is the one that is not.</summary>
    public static bool IsIdempotentId(int id) => id % 3 != 2;

    public void Start() => cluster.World.After(cluster.World.Between(5, 80), () =>
    {
        if (!cluster.IsTroubled) return;
        if (HasRoom) Begin(_next++);
        Start();
    });

    private void Begin(int sequence)
    {
        if (_isIdempotent) _inFlight.Add(sequence);
        Send(sequence, 0);
    }

    private void Send(int sequence, int attempt)
    {
        bool isAnswered = false;
        var request = new SimProduce(
            id, sequence, _isIdempotent, _isIdempotent ? Acks.All : Acks.Leader,
            (error, offset) => cluster.Network.ToClient(() => Answered(error, offset)));
        cluster.Network.FromClient(_leader, process => process.Broker!.Produce(request));
        if (_isIdempotent) cluster.World.After(TimeoutMs, () => Answered(ErrorCode.RequestTimedOut, -1));

        void Answered(ErrorCode error, long offset)
        {
            if (isAnswered) return;
            isAnswered = true;
            OnAnswered(sequence, attempt, error, offset);
        }
    }

    private void OnAnswered(int sequence, int attempt, ErrorCode error, long offset)
    {
        if (error is ErrorCode.NotLeaderOrFollower or ErrorCode.RequestTimedOut)
            _leader = cluster.World.Pick(cluster.Nodes);
        if (!_isIdempotent || !_inFlight.Contains(sequence)) return;
        if (error == ErrorCode.None)
        {
            _inFlight.Remove(sequence);
            _isKnown = true;
            cluster.World.Note($"producer {id} is acknowledged {sequence} at {offset}");
            return;
        }

        cluster.World.After(cluster.World.Between(10, 60), () =>
        {
            if (_inFlight.Contains(sequence)) Send(sequence, attempt + 1);
        });
    }
}

using Akka.Actor;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// The members that the cluster has lost last, for who comes too late to hear <see cref="MemberLost"/>: a controller
/// that starts because of one. One for each ActorSystem; written by downing, read from any thread.
/// </summary>
internal sealed class LostMembers : IExtension
{
    /// <summary>A process that was lost before so many others has been removed and fenced long ago.</summary>
    private const int Capacity = 64;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Queue<Peer> _lost = [];

    public static LostMembers Of(ActorSystem system) => system.WithExtension<LostMembers, LostMembersProvider>();

    public void Add(Peer peer)
    {
        lock (_gate)
        {
            if (_lost.Contains(peer)) return;
            if (_lost.Count == Capacity) _lost.Dequeue();
            _lost.Enqueue(peer);
        }
    }

    public IReadOnlyList<Peer> All()
    {
        lock (_gate) return [.. _lost];
    }
}

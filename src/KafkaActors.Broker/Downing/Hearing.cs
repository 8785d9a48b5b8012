namespace KafkaActors.Broker.Downing;

/// <summary>
/// Whom this node hears itself, in ticks that it was awake to see pass. Only who is watched, that is asked each tick,
/// can be called silent. Owned by the <see cref="DowningCore"/>.
/// </summary>
internal sealed class Hearing(long stableTicks)
{
    private readonly Dictionary<Peer, long> _silentSince = [];
    private readonly Dictionary<Peer, long> _refused = [];
    private readonly HashSet<Peer> _refusedOnce = [];

    public bool IsSilent(Peer peer, long now) =>
        _silentSince.TryGetValue(peer, out long since) && now - since >= stableTicks;

    public bool IsRefused(Peer peer) => _refused.ContainsKey(peer);

    /// <summary>Whether a refusal is so new that the others may not have said theirs yet.</summary>
    public bool IsRefusedSince(long tick) => _refused.Values.Any(at => at >= tick);

    /// <summary>These are watched from now on, and nobody else.</summary>
    public void Watch(IReadOnlyCollection<Peer> peers, long now)
    {
        foreach (Peer peer in peers) _silentSince.TryAdd(peer, now);
        foreach (Peer peer in _silentSince.Keys.Except(peers).ToArray()) _silentSince.Remove(peer);
        foreach (Peer peer in _refused.Keys.Except(peers).ToArray()) _refused.Remove(peer);
        _refusedOnce.IntersectWith(peers);
    }

    public void Hear(Peer peer, long now)
    {
        if (_silentSince.ContainsKey(peer)) _silentSince[peer] = now;
        Forget(peer);
    }

    /// <summary>A connect was refused.</summary>
    /// <returns>Whether it was the second in a row.</returns>
    public bool Refuse(Peer peer, long now)
    {
        if (_refusedOnce.Add(peer)) return false;
        _refused[peer] = now;
        return true;
    }

    /// <summary>Somebody took the connection, or answered.</summary>
    public void Forget(Peer peer)
    {
        _refused.Remove(peer);
        _refusedOnce.Remove(peer);
    }

    /// <summary>This node slept: it has heard nobody, and that means nothing.</summary>
    public void StartAnew(long now)
    {
        foreach (Peer peer in _silentSince.Keys.ToArray()) _silentSince[peer] = now;
        _refused.Clear();
        _refusedOnce.Clear();
    }
}

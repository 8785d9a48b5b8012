using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// The actors of one partition's keys. One that has failed takes no part in anything any more but the answer about
/// every key, until its key is read again. Used by the partition's actor alone.
/// </summary>
internal sealed class CoordinatedKeys
{
    private readonly Dictionary<string, IActorRef> _serving = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IActorRef> _failed = new(StringComparer.Ordinal);

    public int Count => _serving.Count;

    /// <summary>Those that can tell of their key.</summary>
    public IEnumerable<KeyValuePair<string, IActorRef>> All => _serving.Concat(_failed);

    public IEnumerable<IActorRef> Serving => _serving.Values;

    public bool TryGet(string key, [NotNullWhen(true)] out IActorRef? actor) => _serving.TryGetValue(key, out actor);

    public bool IsServing(string key, IActorRef actor) => TryGet(key, out IActorRef? serving) && serving.Equals(actor);

    /// <summary>Whether somebody can tell of the key.</summary>
    public bool Has(string key) => _serving.ContainsKey(key) || _failed.ContainsKey(key);

    public void Add(string key, IActorRef actor) => _serving[key] = actor;

    /// <summary>Forgets the key, if the actor is still the one that serves it.</summary>
    public bool TryTake(string key, IActorRef actor) => IsServing(key, actor) && _serving.Remove(key);

    public void Keep(string key, IActorRef failed) => _failed[key] = failed;

    /// <summary>The actor has ended.</summary>
    public void Forget(string key, IActorRef actor)
    {
        if (_failed.TryGetValue(key, out IActorRef? failed) && failed.Equals(actor)) _failed.Remove(key);
    }

    /// <summary>Those of the keys that had failed: they are read again, and others serve them.</summary>
    /// <param name="keys">Null for all.</param>
    public IReadOnlyList<IActorRef> TakeFailed(IReadOnlySet<string>? keys)
    {
        KeyValuePair<string, IActorRef>[] taken =
            [.. _failed.Where(failed => keys?.Contains(failed.Key) ?? true)];
        foreach ((string key, _) in taken) _failed.Remove(key);
        return [.. taken.Select(failed => failed.Value)];
    }
}

using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// What is to be sent to one node when an actor of this client has stopped: one request each. Owned by a connection,
/// which watches those actors.
/// </summary>
internal sealed class LastWills
{
    private readonly Dictionary<IActorRef, IRequestMessage> _wills = [];

    /// <summary>Replaces what the actor said before; null revokes it.</summary>
    public void Keep(IActorRef actor, IRequestMessage? request)
    {
        if (request is not null) _wills[actor] = request;
        else _wills.Remove(actor);
    }

    public bool TryTake(IActorRef gone, [NotNullWhen(true)] out IRequestMessage? request) =>
        _wills.Remove(gone, out request);

    public IReadOnlyList<IRequestMessage> TakeAll()
    {
        IRequestMessage[] all = [.. _wills.Values];
        _wills.Clear();
        return all;
    }
}

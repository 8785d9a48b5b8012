using System.Globalization;
using Akka.Actor;
using Akka.Remote.Transport;
using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Those that have come in and are not proven yet: a few, for a short time each. One that comes when there are as many
/// as there may be takes the place of the oldest from the address that has most of them, so that whoever holds a
/// secret, and needs a moment only, comes in whatever strangers do. Any thread.
/// </summary>
internal sealed class IncomingAssociations(
    WatchedSecrets secrets,
    Address address,
    IAssociationEventListener upper,
    TurnedAway turnedAway,
    TimeSpan timeout,
    TimeProvider clock) : IAssociationEventListener, IDisposable
{
    /// <summary>
    /// Each holds a socket and at most one frame; a node of a large cluster that starts again needs less.
    /// </summary>
    public const int MostUnproven = 32;

    private readonly Lock _lock = new();
    private readonly LinkedList<IncomingAssociation> _unproven = new(); // guarded by _lock, the oldest first
    private bool _isDisposed;

    private readonly Address _node = address.WithProtocol($"akka.{address.Protocol}");

    private readonly string _claims = AkkaPurpose.Claims(address);

    public void Notify(IAssociationEvent ev)
    {
        if (ev is not InboundAssociation { Association: { } wrapped }) return;
        HeldSecrets held = secrets.Current;
        AcceptorHandshake? handshake = held.IsEmpty
            ? null
            : new AcceptorHandshake(held, AkkaPurpose.Name, _claims, AuthenticatedTransport.Nonce());
        var incoming = new IncomingAssociation(wrapped, handshake, new ClientFrames(_node), this);
        if (!TryEnter(incoming, Silence(held), out IncomingAssociation? displaced))
        {
            incoming.Close();
            return;
        }

        displaced?.Expire(Reasons.Displaced);
        incoming.Start();
    }

    /// <summary>It is proven: Akka's from here on.</summary>
    public void Admit(IncomingAssociation proven)
    {
        Leave(proven, reason: null);
        upper.Notify(new InboundAssociation(proven));
    }

    /// <param name="reason">Null where there is nothing to be said.</param>
    public void Leave(IncomingAssociation ended, string? reason)
    {
        lock (_lock) _unproven.Remove(ended);
        ended.Deadline?.Dispose();
        if (reason is not null) Count(ended, reason);
    }

    public void Count(IncomingAssociation association, string reason) => turnedAway.Count(association.Peer, reason);

    public void Dispose()
    {
        IncomingAssociation[] left;
        lock (_lock)
        {
            _isDisposed = true;
            left = [.. _unproven];
            _unproven.Clear();
        }

        foreach (IncomingAssociation one in left)
        {
            one.Deadline?.Dispose();
            one.Close();
        }
    }

    private bool TryEnter(IncomingAssociation incoming, string silence, out IncomingAssociation? displaced)
    {
        displaced = null;
        lock (_lock)
        {
            if (_isDisposed) return false;
            if (_unproven.Count >= MostUnproven)
            {
                displaced = _unproven.GroupBy(one => one.Peer).MaxBy(group => group.Count())!.First();
                _unproven.Remove(displaced);
            }

            _unproven.AddLast(incoming);
            incoming.Deadline = clock.CreateTimer(
                _ => incoming.Expire(silence), null, timeout, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    private string Silence(HeldSecrets held)
    {
        string what = held.IsEmpty ? "it said nothing" : "it did not prove that it holds a secret";
        return string.Create(
            CultureInfo.InvariantCulture, $"it was turned away: {what} for {timeout.TotalSeconds:0.#} s");
    }
}

using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Stands between a socket's transport and Akka's protocol, and passes up only associations whose peer has proven that
/// it holds a secret (<see cref="AcceptorHandshake"/>, <see cref="InitiatorHandshake"/>); those of clients through <see
/// cref="ClientFrames"/>. Not one of Akka's usual adapters, which would add a scheme of their own to every address. A
/// node without a secret asks nobody, but bounds those that come and say nothing.
/// Not disposable: Akka shuts a transport down, which gives back what it holds.
/// </summary>
#pragma warning disable CA1001 // see above
internal sealed class AuthenticatedTransport : Transport
#pragma warning restore CA1001
{
    private readonly Transport _wrapped;
    private readonly WatchedSecrets _secrets;
    private readonly TurnedAway _turnedAway;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private volatile Address? _address;
    private volatile IncomingAssociations? _incoming;

    public AuthenticatedTransport(Transport wrapped, ActorSystem system, RemoteSecrets settings, TimeProvider clock)
    {
        _wrapped = wrapped;
        _clock = clock;
        _timeout = settings.HandshakeTimeout;
        System = system;
        ILoggingAdapter log = Logging.GetLogger(system, typeof(AuthenticatedTransport));
        _turnedAway = new TurnedAway(log, clock);
        _secrets = new WatchedSecrets(
            settings.ClusterFile,
            settings.ClientFile,
            clock,
            fault => log.Warning("Secrets that were read before are kept: {0}", fault));
    }

    public override string SchemeIdentifier
    {
        get => _wrapped.SchemeIdentifier;
        protected set => throw new NotSupportedException();
    }

    public override long MaximumPayloadBytes
    {
        get => _wrapped.MaximumPayloadBytes;
        protected set => throw new NotSupportedException();
    }

    public override bool IsResponsibleFor(Address remote) => _wrapped.IsResponsibleFor(remote);

    public override Task<bool> ManagementCommand(object message) => _wrapped.ManagementCommand(message);

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        (Address address, TaskCompletionSource<IAssociationEventListener> listener) =
            await _wrapped.Listen().ConfigureAwait(false);
        _address = address;
        var upper = new TaskCompletionSource<IAssociationEventListener>();
        _ = ListenAsync(upper.Task, listener, address);
        return (address, upper);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        HeldSecrets held = _secrets.Current;
        AssociationHandle opened = await _wrapped.Associate(remoteAddress).ConfigureAwait(false);
        var association = new OutgoingAssociation(opened, Handshake(held, remoteAddress), held.OwnKind, _turnedAway);
        try
        {
            await association.OpenAsync().WaitAsync(_timeout, _clock).ConfigureAwait(false);
            return association;
        }
        catch (TimeoutException)
        {
            string reason = $"it did not answer the handshake within {_timeout.TotalSeconds:0.#} s";
            _turnedAway.Count(remoteAddress.ToString(), reason);
            association.Close();
            throw new InvalidAssociationException(reason);
        }
    }

    public override async Task<bool> Shutdown()
    {
        _incoming?.Dispose();
        _secrets.Dispose();
        _turnedAway.Dispose();
        return await _wrapped.Shutdown().ConfigureAwait(false);
    }

    internal static byte[] Nonce() => RandomNumberGenerator.GetBytes(HandshakeFrames.NonceBytes);

    private InitiatorHandshake? Handshake(HeldSecrets held, Address remote) => held.IsEmpty
        ? null
        : new InitiatorHandshake(
            held.OwnKind,
            held.Of(held.OwnKind)[0],
            AkkaPurpose.Name,
            AkkaPurpose.Claims(_address!),
            AkkaPurpose.Claims(remote),
            Nonce());

    // The transport below takes connections once it has a listener.
    private async Task ListenAsync(
        Task<IAssociationEventListener> upper, TaskCompletionSource<IAssociationEventListener> lower, Address address)
    {
        IAssociationEventListener listener = await upper.ConfigureAwait(false);
        var incoming = new IncomingAssociations(_secrets, address, listener, _turnedAway, _timeout, _clock);
        _incoming = incoming;
        lower.TrySetResult(incoming);
    }
}

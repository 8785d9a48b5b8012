using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Akka.Actor;
using KafkaActors.Messages.Authentication;
using KafkaActors.Messages.Remoting;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Asks a node's Akka port for the address of its ActorSystem, on a connection of its own; no actor of either side
/// takes part. Where clients hold a secret it opens a handshake, reads in the challenge who answers, and goes: nothing
/// is proven to somebody whose name is not known yet. Else it greets as an ActorSystem does (see <see
/// cref="AssociationPdu"/>), reads the node's greeting, and takes its leave.
/// </summary>
/// <param name="holdsSecret">Whether this client would show a secret.</param>
internal sealed class AkkaGreeting(bool littleEndian, bool holdsSecret)
{
    private const int MaxGreetingBytes = 64 * 1024;
    private const string ProbeSystem = "kafka-actors-probe";

    /// <exception cref="InvalidDataException">What answers does not speak Akka.Remote.</exception>
    /// <exception cref="KafkaException">It does, and asks for a secret, or for none.</exception>
    public async Task<Address> AskAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(contact.Host, contact.Port, cancellationToken).ConfigureAwait(false);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var origin = new Address("akka.tcp", ProbeSystem, LocalName(local), local.Port);
        await using var stream = new NetworkStream(socket);
        byte[] greeting = holdsSecret
            ? AssociationPdu.Framed(Hello(origin), littleEndian)
            : AssociationPdu.AssociateFrame(origin, (ulong)local.Port, littleEndian);
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);

        byte[] answer = await ReadFrameAsync(stream, cancellationToken).ConfigureAwait(false);
        if (InitiatorHandshake.RefusalIn(answer) is { } refusal) throw Refused(contact, refusal);
        if (holdsSecret) return NameIn(answer);
        byte[] goodbye = AssociationPdu.ShuttingDownFrame(littleEndian);
        await stream.WriteAsync(goodbye, cancellationToken).ConfigureAwait(false);
        return AssociationPdu.ReadAssociateOrigin(answer) ?? throw NoGreeting();
    }

    // No secret is needed for a question that proves nothing.
    private static byte[] Hello(Address origin) => InitiatorHandshake.Question(
        SecretKind.Client,
        AkkaPurpose.Name,
        origin.ToString(),
        RandomNumberGenerator.GetBytes(InitiatorHandshake.NonceBytes));

    private static Address NameIn(byte[] challenge) =>
        InitiatorHandshake.PeerIn(challenge) is { } name && Address.TryParse(name, out Address? address)
            ? address
            : throw NoGreeting();

    private static InvalidDataException NoGreeting() => new("It is no greeting of Akka.Remote.");

    private KafkaException Refused(ContactPoint contact, HandshakeRefusal refusal) => new(
        ErrorCode.ClusterAuthorizationFailed,
        (holdsSecret, refusal) switch
        {
            (false, _) => $"{contact} takes client actors that hold its cluster's client secret: set "
                + "kafka-actors.client.secret.file, or give the node's Kafka port.",
            (true, HandshakeRefusal.NoSuchSecret) => $"{contact} holds no secret for clients: set "
                + "kafka-actors.cluster.client.secret.file there, take kafka-actors.client.secret.file away where the "
                + "port is on this machine and asks for none, or give the node's Kafka port.",
            _ => $"{contact} speaks another version of the handshake with a secret.",
        });

    private static string LocalName(IPEndPoint local) =>
        (local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address).ToString();

    private async Task<byte[]> ReadFrameAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[AssociationPdu.LengthBytes];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        int length = AssociationPdu.ReadLength(prefix, littleEndian);
        if (length is <= 0 or > MaxGreetingBytes) throw new InvalidDataException("It is no frame of Akka.Remote.");
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }
}

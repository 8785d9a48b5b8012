using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Asks a node's Akka port for the address of its ActorSystem: opens a connection of its own, greets as an ActorSystem
/// does (see <see cref="AssociationPdu"/>), reads the node's greeting, and takes its leave; no actor of either side
/// takes part.
/// </summary>
internal sealed class AkkaGreeting(bool littleEndian)
{
    private const int MaxGreetingBytes = 64 * 1024;
    private const string ProbeSystem = "kafka-actors-probe";

    /// <exception cref="InvalidDataException">What answers does not speak Akka.Remote.</exception>
    public async Task<Address> AskAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(contact.Host, contact.Port, cancellationToken).ConfigureAwait(false);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var origin = new Address("akka.tcp", ProbeSystem, LocalName(local), local.Port);
        await using var stream = new NetworkStream(socket);
        byte[] greeting = AssociationPdu.AssociateFrame(origin, (ulong)local.Port, littleEndian);
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);

        Address? canonical = AssociationPdu.ReadAssociateOrigin(
            await ReadFrameAsync(stream, cancellationToken).ConfigureAwait(false));
        byte[] goodbye = AssociationPdu.ShuttingDownFrame(littleEndian);
        await stream.WriteAsync(goodbye, cancellationToken).ConfigureAwait(false);
        return canonical ?? throw new InvalidDataException("It is no greeting of Akka.Remote.");
    }

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

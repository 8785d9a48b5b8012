using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Learns the address under which a node's ActorSystem knows itself, from any name that reaches its Akka port.
/// Akka.Remote drops messages that are addressed to another name than the node's own, and gates the address after the
/// second one, so the name has to be known before the first message. The probe opens a connection of its own, greets
/// as an ActorSystem does (see <see cref="AssociationPdu"/>), reads the node's greeting, and takes its leave; no actor
/// of either side takes part.
/// </summary>
internal sealed class CanonicalAddressProbe(TimeSpan timeout, TimeProvider time, bool littleEndian)
{
    private const int MaxGreetingBytes = 64 * 1024;
    private const string ProbeSystem = "kafka-actors-probe";

    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.BrokerNotAvailable"/>: refused, silent, unreachable, or not an Akka port; one line says
    /// which.
    /// </exception>
    public async Task<Address> FindAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        if (contact.Address is not null) return Usable(contact, contact.Address);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Usable(contact, await GreetAsync(contact, linked.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw Failed($"{contact} did not answer within {timeout.TotalSeconds:0.#} s: is it a node's Akka port?");
        }
        catch (EndOfStreamException)
        {
            throw Failed($"{contact} closed the connection without a greeting: it is not a node's Akka port.");
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            throw Failed($"{contact} cannot be reached: {Reason(fault)}");
        }
    }

    private static string Reason(Exception fault) =>
        (fault as SocketException ?? fault.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused. Is the node running, and is this its Akka port?",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host.",
            SocketError.ConnectionReset => "the connection was reset: it is not a node's Akka port.",
            _ => fault.Message,
        };

    private static Address Usable(ContactPoint contact, Address address)
    {
        bool wildcard = IPAddress.TryParse(address.Host, out IPAddress? host)
            && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any));
        if (wildcard)
        {
            throw Failed($"{contact} calls itself {address.Host}, which no client can reach: "
                + "give the node a host name (--host) of its own.");
        }

        return address;
    }

    private static KafkaException Failed(string message) => new(ErrorCode.BrokerNotAvailable, message);

    private async Task<Address> GreetAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(contact.Host, contact.Port, cancellationToken).ConfigureAwait(false);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var origin = new Address("akka.tcp", ProbeSystem, LocalName(local), local.Port);
        await using var stream = new NetworkStream(socket);
        byte[] greeting = AssociationPdu.AssociateFrame(origin, (ulong)local.Port, littleEndian);
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);

        Address? canonical = AssociationPdu.ReadAssociateOrigin(
            await ReadFrameAsync(contact, stream, cancellationToken).ConfigureAwait(false));
        byte[] goodbye = AssociationPdu.ShuttingDownFrame(littleEndian);
        await stream.WriteAsync(goodbye, cancellationToken).ConfigureAwait(false);
        return canonical ?? throw NotAkka(contact);
    }

    private static string LocalName(IPEndPoint local) =>
        (local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address).ToString();

    private async Task<byte[]> ReadFrameAsync(
        ContactPoint contact, NetworkStream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[AssociationPdu.LengthBytes];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        int length = AssociationPdu.ReadLength(prefix, littleEndian);
        if (length is <= 0 or > MaxGreetingBytes) throw NotAkka(contact);
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }

    private static KafkaException NotAkka(ContactPoint contact) =>
        Failed($"{contact} does not speak Akka.Remote: give the node's Akka port.");
}

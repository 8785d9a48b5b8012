using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Learns the address under which a node's ActorSystem knows itself, from any name that reaches its Akka port or its
/// Kafka port. Akka.Remote drops messages that are addressed to another name than the node's own, and gates the address
/// after the second one, so the name has to be known before the first message. Which of the two ports it is shows by
/// who answers: the question for a Kafka port goes first, because an Akka port takes no notice of it; a Kafka port
/// would log the other one as a fault.
/// </summary>
internal sealed class CanonicalAddressProbe(TimeSpan timeout, TimeProvider time, bool littleEndian)
{
    /// <summary>
    /// Enough for a Kafka port near by; a slow one is asked in both ways, and the first answer counts.
    /// </summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(50);

    private readonly AkkaGreeting _akka = new(littleEndian);

    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.BrokerNotAvailable"/>: refused, silent, unreachable, or no port of a node; one line says
    /// which.
    /// </exception>
    public async Task<Address> FindAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        if (contact.Address is not null) return Usable(contact, contact.Address);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Usable(contact, await AskAsync(contact, linked).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw Failed($"{contact} did not answer within {timeout.TotalSeconds:0.#} s: "
                + "is it a node's Akka port, or its Kafka port?");
        }
        catch (Exception fault) when (IsNoNode(fault))
        {
            throw Failed($"{contact} is neither a node's Akka port nor its Kafka port.");
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            throw Failed($"{contact} cannot be reached: {Reason(fault)}");
        }
        finally
        {
            // Whoever is still being asked need not answer any more.
            await linked.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>It answered with something else, or not at all, because it did not understand.</summary>
    private static bool IsNoNode(Exception fault) =>
        fault is InvalidDataException or EndOfStreamException
        || SocketErrorOf(fault) is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown;

    private static SocketError? SocketErrorOf(Exception fault) =>
        (fault as SocketException ?? fault.InnerException as SocketException)?.SocketErrorCode;

    private static string Reason(Exception fault) => SocketErrorOf(fault) switch
    {
        SocketError.ConnectionRefused =>
            "connection refused. Is the node running, and is this its Akka port, or its Kafka port?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host.",
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

    private async Task<Address> AskAsync(ContactPoint contact, CancellationTokenSource linked)
    {
        Task<Address> kafka = AskKafkaAsync(contact, linked.Token);
        try
        {
            return await kafka.WaitAsync(HeadStart, time, linked.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException || IsNoNode(fault))
        {
            // It may be an Akka port, then.
        }

        Task<Address> akka = _akka.AskAsync(contact, linked.Token);
        Task<Address> first = await Task.WhenAny(kafka, akka).ConfigureAwait(false);
        // A broker of another system is found out for good; any other failure leaves the other question open.
        bool decides = first.IsCompletedSuccessfully || first.Exception?.InnerException is KafkaException;
        return await (decides ? first : first == kafka ? akka : kafka).ConfigureAwait(false);
    }

    private static async Task<Address> AskKafkaAsync(ContactPoint contact, CancellationToken cancellationToken) =>
        await KafkaGreeting.AskAsync(contact, cancellationToken).ConfigureAwait(false)
        ?? throw Failed($"{contact} is the port of a Kafka broker, but of none that is a KafkaActors node in service.");
}

using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Learns what a contact point is: a Kafka port, which is spoken to as it is, or a node's Akka port, of which the
/// address is learnt under which the node's ActorSystem knows itself. Akka.Remote drops messages that are addressed to
/// another name than the node's own, and gates the address after the second one, so the name has to be known before the
/// first message. Which of the two ports it is shows by who answers: the question for a Kafka port goes first, because
/// an Akka port takes no notice of it; a Kafka port would log the other one as a fault.
/// </summary>
internal sealed class ContactProbe(TimeSpan timeout, TimeProvider time, bool littleEndian, bool holdsSecret = false)
{
    /// <summary>
    /// Enough for a Kafka port near by; a slow one is asked in both ways, and the first answer counts.
    /// </summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(50);

    private const string ByteOrderPath = "akka.remote.dot-netty.tcp.byte-order";
    private const string LittleEndian = "little-endian";

    private readonly AkkaGreeting _akka = new(littleEndian, holdsSecret);

    public static ContactProbe Of(ClientSettings settings, Config config, TimeProvider time)
    {
        bool littleEndian = config.GetString(ByteOrderPath, LittleEndian) == LittleEndian;
        return new ContactProbe(
            settings.ConnectionSetupTimeout, time, littleEndian, settings.SecretFile is not null);
    }

    /// <summary>The first of several that answers.</summary>
    /// <exception cref="KafkaException">None does; the last one's reason.</exception>
    public async Task<FoundContact> FindFirstAsync(
        IReadOnlyList<ContactPoint> contacts, CancellationToken cancellationToken)
    {
        for (int next = 0; ; next++)
        {
            try
            {
                return await FindAsync(contacts[next], cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException) when (next + 1 < contacts.Count)
            {
                // Another may do.
            }
        }
    }

    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.BrokerNotAvailable"/>: refused, silent, unreachable, or neither port; one line says which.
    /// </exception>
    public async Task<FoundContact> FindAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        if (contact.Address is not null) return FoundContact.AkkaPort(Usable(contact, contact.Address));
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await AskAsync(contact, linked).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw Failed($"{contact} did not answer within {timeout.TotalSeconds:0.#} s: "
                + "is it a Kafka port, or a node's Akka port?");
        }
        catch (Exception fault) when (IsNoNode(fault))
        {
            throw Failed($"{contact} is neither a Kafka port nor a node's Akka port.");
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
            "connection refused. Is the node running, and is this its Kafka port, or its Akka port?",
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

    private async Task<FoundContact> AskAsync(ContactPoint contact, CancellationTokenSource linked)
    {
        Task<FoundContact> kafka = AskKafkaAsync(contact, linked.Token);
        try
        {
            return await kafka.WaitAsync(HeadStart, time, linked.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException || IsNoNode(fault))
        {
            // It may be an Akka port, then.
        }

        Task<FoundContact> akka = AskAkkaAsync(contact, linked.Token);
        Task<FoundContact> first = await Task.WhenAny(kafka, akka).ConfigureAwait(false);
        // A node whose name is of no use is found out for good; any other failure leaves the other question open.
        bool decides = first.IsCompletedSuccessfully || first.Exception?.InnerException is KafkaException;
        return await (decides ? first : first == kafka ? akka : kafka).ConfigureAwait(false);
    }

    private async Task<FoundContact> AskAkkaAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        Address system = await _akka.AskAsync(contact, cancellationToken).ConfigureAwait(false);
        return FoundContact.AkkaPort(Usable(contact, system));
    }

    private static async Task<FoundContact> AskKafkaAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        Address? system = await KafkaGreeting.AskAsync(contact, cancellationToken).ConfigureAwait(false);
        return FoundContact.KafkaPort(new NodeAddress.KafkaPort(contact.Host, contact.Port), system);
    }
}

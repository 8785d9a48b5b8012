using System.Globalization;
using Akka.Actor;
using KafkaActors.Network;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Where a client first turns: <c>host:port</c> of a Kafka port, or of a node's Akka port, under any name that reaches
/// it, or the full address of its ActorSystem, <c>akka.tcp://name@host:port</c>, which is taken as it is.
/// </summary>
public sealed record ContactPoint
{
    private const string FullAddressMark = "://";
    private const int DefaultPort = 9092;

    private ContactPoint(string host, int port, Address? address)
    {
        Host = host;
        Port = port;
        Address = address;
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>The ActorSystem's own address, when it was given.</summary>
    public Address? Address { get; }

    public static ContactPoint Of(Address address) => new(address.Host ?? "", address.Port ?? 0, address);

    /// <summary>Reads a list separated by commas, as <c>--bootstrap-server</c> takes it.</summary>
    /// <exception cref="KafkaException"><see cref="ErrorCode.InvalidRequest"/>: an entry cannot be read.</exception>
    public static IReadOnlyList<ContactPoint> ParseList(string text)
    {
        string[] entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length == 0) throw Unreadable(text);
        return Array.ConvertAll(entries, Parse);
    }

    /// <inheritdoc cref="ParseList"/>
    public static ContactPoint Parse(string text)
    {
        if (text.Contains(FullAddressMark, StringComparison.Ordinal)) return ParseAddress(text);
        int colon = text.LastIndexOf(':');
        bool ipv6WithoutPort = colon > 0 && text.IndexOf(':') != colon && !text.Contains(']');
        if (colon < 0 || ipv6WithoutPort) return new ContactPoint(Unbracketed(text), DefaultPort, null);
        string host = Unbracketed(text[..colon]);
        bool read = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        if (!read || port is < 1 or > ushort.MaxValue || host.Length == 0) throw Unreadable(text);
        return new ContactPoint(host, port, null);
    }

    public override string ToString() => Address?.ToString() ?? new BrokerAddress(Host, Port).ToString();

    private static ContactPoint ParseAddress(string text)
    {
        if (!ActorPath.TryParseAddress(text, out Address address) || address.Host is null || address.Port is null)
            throw Unreadable(text);
        return Of(address);
    }

    private static string Unbracketed(string host) => host.TrimStart('[').TrimEnd(']');

    private static KafkaException Unreadable(string text) => new(
        ErrorCode.InvalidRequest,
        $"'{text}' is no contact point: give host:port or akka.tcp://name@host:port.");
}

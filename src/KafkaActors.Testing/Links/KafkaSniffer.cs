using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Testing.Links;

/// <summary>
/// Who opens a connection to a Kafka port: the header of its first request carries a client id, and nodes say which
/// they are.
/// <code>
/// frame   length (4), api key (2), version (2), correlation id (4), length of client id (2), client id
/// </code>
/// </summary>
internal sealed class KafkaSniffer : IPeerSniffer
{
    private const int HeaderBytes = 14;

    public bool TryTell(ReadOnlySpan<byte> received, out int node)
    {
        node = ClusterLinks.Clients;
        if (received.Length < HeaderBytes) return false;
        int length = Math.Max(0, (int)BinaryPrimitives.ReadInt16BigEndian(received[(HeaderBytes - 2)..]));
        if (received.Length < HeaderBytes + length) return false;
        string client = Encoding.UTF8.GetString(received.Slice(HeaderBytes, length));
        if (client.StartsWith(NodeClientId.Prefix, StringComparison.Ordinal)
            && int.TryParse(
                client.AsSpan(NodeClientId.Prefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int known)) node = known;
        return true;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KafkaActors.Testing.Links;

/// <summary>
/// Who opens an association of Akka.Remote: its first frame is the handshake, which carries the opener's address.
/// <code>
/// frame      length (4, little endian), AkkaProtocolMessage
/// message    2 = control message { 2 = handshake info { 1 = address { 2 = host name, 3 = port } } }
/// </code>
/// All are fields of protocol buffers.
/// </summary>
/// <param name="nodes">HOST:PORT under which each node's Akka door is known, and the node.</param>
internal sealed class AkkaSniffer(IReadOnlyDictionary<string, int> nodes) : IPeerSniffer
{
    private const int LengthBytes = 4;

    /// <summary>No handshake is as long.</summary>
    private const int MaxFrame = 4096;

    public bool TryTell(ReadOnlySpan<byte> received, out int node)
    {
        node = ClusterLinks.Clients;
        if (received.Length < LengthBytes) return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(received);
        if (length is <= 0 or > MaxFrame) return true;
        if (received.Length < LengthBytes + length) return false;
        ReadOnlySpan<byte> address = Message(Message(Message(received.Slice(LengthBytes, length), 2), 2), 1);
        string opener = string.Create(
            CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(Message(address, 2))}:{Number(address, 3)}");
        if (nodes.TryGetValue(opener, out int known)) node = known;
        return true;
    }

    /// <summary>The bytes of a field that is a message or a text; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> fields, int wanted)
    {
        while (TryField(ref fields, out int field, out ReadOnlySpan<byte> bytes, out _))
            if (field == wanted) return bytes;
        return [];
    }

    private static ulong Number(ReadOnlySpan<byte> fields, int wanted)
    {
        while (TryField(ref fields, out int field, out _, out ulong number))
            if (field == wanted) return number;
        return 0;
    }

    private static bool TryField(
        scoped ref ReadOnlySpan<byte> fields, out int field, out ReadOnlySpan<byte> bytes, out ulong number)
    {
        field = 0;
        bytes = [];
        number = 0;
        if (!TryVarint(ref fields, out ulong tag)) return false;
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: return TryVarint(ref fields, out number);
            case 1: return TrySkip(ref fields, sizeof(ulong), out bytes);
            case 2: return TryVarint(ref fields, out ulong length) && TrySkip(ref fields, length, out bytes);
            case 5: return TrySkip(ref fields, sizeof(uint), out bytes);
            default: return false;
        }
    }

    private static bool TrySkip(scoped ref ReadOnlySpan<byte> fields, ulong length, out ReadOnlySpan<byte> skipped)
    {
        skipped = [];
        if (length > (ulong)fields.Length) return false;
        skipped = fields[..(int)length];
        fields = fields[(int)length..];
        return true;
    }

    private static bool TryVarint(scoped ref ReadOnlySpan<byte> fields, out ulong number)
    {
        number = 0;
        for (int shift = 0; shift < 64 && !fields.IsEmpty; shift += 7)
        {
            byte next = fields[0];
            fields = fields[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}

using System.Buffers.Binary;
using System.Net.Sockets;
using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using ProtocolViolationException = KafkaActors.Protocol.Wire.ProtocolViolationException;

namespace KafkaActors.Client.Contact;

/// <summary>
/// Asks whether a port speaks Kafka's protocol, and a node for the address of its ActorSystem: an ApiVersions request
/// under this client's own name, which a node answers with <see cref="ApiVersionsResponse.AkkaAddress"/>. The request
/// is filled up, with a tagged field that nobody knows, to a length which an Akka port takes for 64 KiB: there it waits
/// in silence for more, and has nothing to complain of when the connection is closed.
/// </summary>
internal sealed class KafkaGreeting
{
    private const short Version = 3;
    private const string SoftwareName = "kafka-actors";
    private const uint FillerTag = 9093;

    /// <summary>00 00 01 00 on the wire, which is 65,536 to whoever reads it from the other end.</summary>
    private const int RequestBytes = 256;

    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly string SoftwareVersion =
        typeof(KafkaGreeting).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <returns>Null from a Kafka broker that is no node of this system, or not registered yet.</returns>
    /// <exception cref="InvalidDataException">What answers does not speak Kafka's protocol.</exception>
    public static async Task<Address?> AskAsync(ContactPoint contact, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(contact.Host, contact.Port, cancellationToken).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Request(), cancellationToken).ConfigureAwait(false);

        var prefix = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is <= 0 or > MaxAnswerBytes) throw new InvalidDataException("It is no frame of Kafka's protocol.");
        var frame = new byte[length];
        await stream.ReadExactlyAsync(frame, cancellationToken).ConfigureAwait(false);
        return ReadAddress(frame);
    }

    internal static byte[] Request()
    {
        using var writer = new ProtocolWriter();
        int frame = writer.BeginFrame();
        new RequestHeader((short)ApiKey.ApiVersions, Version, CorrelationId: 0, ClientId: null).Write(writer);
        writer.WriteString(SoftwareName, compact: true);
        writer.WriteString(SoftwareVersion, compact: true);
        writer.WriteTagCount(1);
        int filler = writer.BeginTag(FillerTag);
        // Its size takes a second byte.
        while (writer.Length < sizeof(int) + RequestBytes - 1) writer.WriteInt8(0);
        writer.EndTag(filler);
        writer.EndFrame(frame);
        return writer.ToArray();
    }

    private static Address? ReadAddress(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var reader = new ProtocolReader(frame);
            ResponseHeader.Read(ref reader, ApiKey.ApiVersions, Version);
            // A broker that does not know this version answers in version 0, which begins alike.
            ProtocolReader peek = reader;
            if (peek.ReadErrorCode() != ErrorCode.None) return null;
            string? address = ApiVersionsResponse.Read(ref reader, Version).AkkaAddress;
            return address is not null && ActorPath.TryParseAddress(address, out Address parsed) ? parsed : null;
        }
        catch (ProtocolViolationException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }
}

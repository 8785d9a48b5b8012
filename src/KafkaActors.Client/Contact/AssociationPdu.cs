using System.Buffers.Binary;
using Akka.Actor;
using Google.Protobuf;

namespace KafkaActors.Client.Contact;

/// <summary>
/// The control messages of Akka.Remote's association handshake, in protobuf (Akka.Remote 1.5, WireFormats.proto).
/// <code>
/// AkkaProtocolMessage  2 instruction: AkkaControlMessage
/// AkkaControlMessage   1 commandType: enum    2 handshakeInfo: AkkaHandshakeInfo
/// AkkaHandshakeInfo    1 origin: AddressData  2 uid: fixed64
/// AddressData          1 system: string       2 hostname: string  3 port: uint32  4 protocol: string
/// </code>
/// A frame on the wire is a length of four bytes, in the byte order that the transport is configured with, and one
/// AkkaProtocolMessage.
/// </summary>
internal static class AssociationPdu
{
    public const int LengthBytes = sizeof(int);

    private const int Associate = 1;
    private const int DisassociateShuttingDown = 4;
    private const uint InstructionTag = (2 << 3) | 2;
    private const uint CommandTag = (1 << 3) | 0;
    private const uint HandshakeTag = (2 << 3) | 2;
    private const uint OriginTag = (1 << 3) | 2;
    private const uint UidTag = (2 << 3) | 1;
    private const uint SystemTag = (1 << 3) | 2;
    private const uint HostTag = (2 << 3) | 2;
    private const uint PortTag = (3 << 3) | 0;
    private const uint ProtocolTag = (4 << 3) | 2;

    public static byte[] AssociateFrame(Address origin, ulong uid, bool littleEndian)
    {
        byte[] address = Message(output =>
        {
            WriteText(output, SystemTag, origin.System);
            WriteText(output, HostTag, origin.Host ?? "");
            output.WriteUInt32(PortTag);
            output.WriteUInt32((uint)(origin.Port ?? 0));
            WriteText(output, ProtocolTag, "tcp");
        });
        byte[] handshake = Message(output =>
        {
            WriteBytes(output, OriginTag, address);
            output.WriteUInt32(UidTag);
            output.WriteFixed64(uid);
        });
        return Framed(Control(Associate, handshake), littleEndian);
    }

    /// <summary>
    /// Says goodbye as a system that shuts down does, so that the peer forgets the association quietly.
    /// </summary>
    public static byte[] ShuttingDownFrame(bool littleEndian) =>
        Framed(Control(DisassociateShuttingDown, null), littleEndian);

    public static int ReadLength(ReadOnlySpan<byte> prefix, bool littleEndian) => littleEndian
        ? BinaryPrimitives.ReadInt32LittleEndian(prefix)
        : BinaryPrimitives.ReadInt32BigEndian(prefix);

    /// <summary>The origin of an ASSOCIATE message; null when <paramref name="message"/> is something else.</summary>
    public static Address? ReadAssociateOrigin(byte[] message)
    {
        try
        {
            ByteString? control = Field(message, InstructionTag);
            ByteString? handshake = control is null ? null : Field(control.ToByteArray(), HandshakeTag);
            ByteString? origin = handshake is null ? null : Field(handshake.ToByteArray(), OriginTag);
            return origin is null ? null : ReadAddress(origin.ToByteArray());
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static Address? ReadAddress(byte[] message)
    {
        string? system = Field(message, SystemTag)?.ToStringUtf8();
        string? host = Field(message, HostTag)?.ToStringUtf8();
        using var input = new CodedInputStream(message);
        uint port = 0;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == PortTag) port = input.ReadUInt32();
            else input.SkipLastField();
        }

        return system is null || host is null ? null : new Address("akka.tcp", system, host, (int)port);
    }

    private static ByteString? Field(byte[] message, uint wanted)
    {
        using var input = new CodedInputStream(message);
        ByteString? found = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == wanted) found = input.ReadBytes();
            else input.SkipLastField();
        }

        return found;
    }

    private static byte[] Control(int command, byte[]? handshake) => Message(output =>
    {
        byte[] control = Message(inner =>
        {
            inner.WriteUInt32(CommandTag);
            inner.WriteEnum(command);
            if (handshake is not null) WriteBytes(inner, HandshakeTag, handshake);
        });
        WriteBytes(output, InstructionTag, control);
    });

    public static byte[] Framed(byte[] message, bool littleEndian)
    {
        var frame = new byte[LengthBytes + message.Length];
        if (littleEndian) BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        else BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, LengthBytes);
        return frame;
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true)) write(output);
        return buffer.ToArray();
    }

    private static void WriteText(CodedOutputStream output, uint tag, string text)
    {
        output.WriteUInt32(tag);
        output.WriteString(text);
    }

    private static void WriteBytes(CodedOutputStream output, uint tag, byte[] bytes)
    {
        output.WriteUInt32(tag);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}

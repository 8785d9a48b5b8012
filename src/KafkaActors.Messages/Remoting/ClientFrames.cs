using System.Buffers;
using System.Text;
using Akka.Actor;
using KafkaActors.Messages.Serialization;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Judges each frame of an association whose peer holds the clients' secret alone, before Akka reads it: what is not a
/// message of the clients' conversation, from the client itself, to the front door or to one of its sessions, does not
/// pass. So none of a watch, a stop, a deployment, gossip or a selection does. Frames are Akka.Remote's
/// (WireFormats.proto, Akka.NET 1.5):
/// <code>
/// AkkaProtocolMessage     1 payload: AckAndEnvelopeContainer   2 instruction: AkkaControlMessage
/// AckAndEnvelopeContainer 1 ack                                2 envelope: RemoteEnvelope
/// RemoteEnvelope          1 recipient: ActorRefData  2 message: Payload  4 sender: ActorRefData  5 seq: fixed64
/// ActorRefData            1 path
/// Payload                 1 message   2 serializerId   3 messageManifest
/// AkkaControlMessage      1 commandType   2 handshakeInfo: AkkaHandshakeInfo
/// AkkaHandshakeInfo       1 origin: AddressData   2 uid: fixed64
/// AddressData             1 system   2 hostname   3 port   4 protocol
/// </code>
/// Owned by one association, on the thread that reads its socket. Pure.
/// </summary>
/// <param name="node">This node's address, as it is in paths: <c>akka.tcp://kafka-actors@host:4053</c>.</param>
internal sealed class ClientFrames(Address node)
{
    private const int Associate = 1;
    private const int Disassociate = 2;
    private const int Heartbeat = 3;
    private const int ShuttingDown = 4;
    private const int Quarantined = 5;
    private const int SessionNameBytes = 33;

    /// <summary>What Akka writes for a message that has no number: system messages have one.</summary>
    private const ulong NoSequenceNumber = ulong.MaxValue;

    private static readonly SearchValues<byte> UidDigits = SearchValues.Create("-0123456789"u8);
    private static readonly SearchValues<byte> NameDigits = SearchValues.Create("0123456789abcdef"u8);

    private static readonly ulong PayloadTag = ProtobufFields.BytesTag(1);
    private static readonly ulong InstructionTag = ProtobufFields.BytesTag(2);
    private static readonly ulong EnvelopeTag = ProtobufFields.BytesTag(2);
    private static readonly ulong RecipientTag = ProtobufFields.BytesTag(1);
    private static readonly ulong MessageTag = ProtobufFields.BytesTag(2);
    private static readonly ulong SenderTag = ProtobufFields.BytesTag(4);
    private static readonly ulong SequenceTag = ProtobufFields.Fixed64Tag(5);
    private static readonly ulong PathTag = ProtobufFields.BytesTag(1);
    private static readonly ulong ContentTag = ProtobufFields.BytesTag(1);
    private static readonly ulong SerializerTag = ProtobufFields.NumberTag(2);
    private static readonly ulong ManifestTag = ProtobufFields.BytesTag(3);
    private static readonly ulong CommandTag = ProtobufFields.NumberTag(1);
    private static readonly ulong HandshakeTag = ProtobufFields.BytesTag(2);
    private static readonly ulong OriginTag = ProtobufFields.BytesTag(1);
    private static readonly ulong UidTag = ProtobufFields.Fixed64Tag(2);
    private static readonly ulong SystemTag = ProtobufFields.BytesTag(1);
    private static readonly ulong HostTag = ProtobufFields.BytesTag(2);
    private static readonly ulong PortTag = ProtobufFields.NumberTag(3);
    private static readonly ulong ProtocolTag = ProtobufFields.BytesTag(4);

    private readonly byte[] _frontDoor = Encoding.UTF8.GetBytes(node + SessionProtocol.FrontDoorPath);

    /// <summary>What paths of the client's actors begin with; null before it has said who it is.</summary>
    private byte[]? _client;

    public FrameVerdict Judge(ReadOnlySpan<byte> frame)
    {
        var fields = new ProtobufFields(frame);
        if (!fields.Next()) return FrameVerdict.Malformed;
        ulong tag = fields.Tag;
        ReadOnlySpan<byte> content = fields.Bytes;
        if (fields.Next() || fields.IsBroken) return FrameVerdict.Malformed;
        if (tag == PayloadTag && _client is not null) return JudgePayload(content, _client);
        return tag == InstructionTag ? JudgeInstruction(content) : FrameVerdict.Malformed;
    }

    private FrameVerdict JudgePayload(ReadOnlySpan<byte> payload, byte[] client)
    {
        FrameVerdict? verdict = null;
        var fields = new ProtobufFields(payload);
        while (fields.Next())
        {
            // An acknowledgement is of system messages, and none goes to a client.
            if (fields.Tag != EnvelopeTag) return FrameVerdict.NotForClients;
            verdict = JudgeEnvelope(fields.Bytes, client);
        }

        return fields.IsBroken ? FrameVerdict.Malformed : verdict ?? FrameVerdict.NotForClients;
    }

    private FrameVerdict JudgeEnvelope(ReadOnlySpan<byte> envelope, byte[] client)
    {
        (bool isForDoor, bool isConversation, bool isNumbered, bool isOwn) = (false, false, true, true);
        var fields = new ProtobufFields(envelope);
        while (fields.Next())
        {
            if (fields.Tag == RecipientTag) isForDoor = IsDoor(PathIn(fields.Bytes));
            else if (fields.Tag == MessageTag) isConversation = IsOfConversation(fields.Bytes);
            else if (fields.Tag == SenderTag) isOwn = PathIn(fields.Bytes).StartsWith(client);
            else if (fields.Tag == SequenceTag) isNumbered = fields.Number != NoSequenceNumber;
            else return FrameVerdict.Malformed;
        }

        if (fields.IsBroken) return FrameVerdict.Malformed;
        if (!isForDoor || !isConversation || isNumbered) return FrameVerdict.NotForClients;
        return isOwn ? FrameVerdict.Passes : FrameVerdict.OtherSender;
    }

    /// <summary>
    /// The front door, or a session of it (<c>/s</c> and 32 hexadecimal digits); each may name its uid. Compared byte
    /// by byte: a path such as <c>front-door/../controller</c> leads elsewhere.
    /// </summary>
    private bool IsDoor(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith(_frontDoor)) return false;
        ReadOnlySpan<byte> rest = path[_frontDoor.Length..];
        int uid = rest.IndexOf((byte)'#');
        if (uid >= 0)
        {
            if (rest[(uid + 1)..].ContainsAnyExcept(UidDigits)) return false;
            rest = rest[..uid];
        }

        if (rest.IsEmpty) return true;
        return rest.Length == SessionNameBytes + 1 && rest.StartsWith("/s"u8)
            && !rest[2..].ContainsAnyExcept(NameDigits);
    }

    private FrameVerdict JudgeInstruction(ReadOnlySpan<byte> instruction)
    {
        ulong command = 0;
        ReadOnlySpan<byte> handshake = default;
        var fields = new ProtobufFields(instruction);
        while (fields.Next())
        {
            if (fields.Tag == CommandTag) command = fields.Number;
            else if (fields.Tag == HandshakeTag) handshake = fields.Bytes;
            else return FrameVerdict.Malformed;
        }

        // A client says who it is first, and once.
        bool isMeeting = command == Associate;
        if (fields.IsBroken || isMeeting != _client is null) return FrameVerdict.Malformed;
        if (isMeeting) return Meet(handshake);
        return command is Disassociate or Heartbeat or ShuttingDown or Quarantined && handshake.IsEmpty
            ? FrameVerdict.Passes
            : FrameVerdict.Malformed;
    }

    private FrameVerdict Meet(ReadOnlySpan<byte> handshake)
    {
        Address? origin = null;
        var fields = new ProtobufFields(handshake);
        while (fields.Next())
        {
            if (fields.Tag == OriginTag) origin = AddressIn(fields.Bytes);
            else if (fields.Tag != UidTag) return FrameVerdict.Malformed;
        }

        if (fields.IsBroken || origin is null) return FrameVerdict.Malformed;
        // The nodes of a cluster have one name, and whoever has it may be taken for one of them.
        if (origin.System.Equals(node.System, StringComparison.OrdinalIgnoreCase)) return FrameVerdict.NameOfNodes;
        _client = Encoding.UTF8.GetBytes($"akka.{origin}/");
        return FrameVerdict.Passes;
    }

    private static Address? AddressIn(ReadOnlySpan<byte> message)
    {
        (string system, string host, string protocol, ulong port) = ("", "", "", 0);
        var fields = new ProtobufFields(message);
        while (fields.Next())
        {
            if (fields.Tag == SystemTag) system = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Tag == HostTag) host = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Tag == ProtocolTag) protocol = Encoding.UTF8.GetString(fields.Bytes);
            else if (fields.Tag == PortTag) port = fields.Number;
            else return null;
        }

        bool isWhole = !fields.IsBroken && system.Length > 0 && host.Length > 0 && protocol.Length > 0;
        return isWhole && port <= ushort.MaxValue ? new Address(protocol, system, host, (int)port) : null;
    }

    private static ReadOnlySpan<byte> PathIn(ReadOnlySpan<byte> actor)
    {
        var fields = new ProtobufFields(actor);
        bool isRead = fields.Next() && fields.Tag == PathTag;
        ReadOnlySpan<byte> path = fields.Bytes;
        return isRead && !fields.Next() && !fields.IsBroken ? path : default;
    }

    private static bool IsOfConversation(ReadOnlySpan<byte> payload)
    {
        ulong serializer = 0;
        var fields = new ProtobufFields(payload);
        while (fields.Next())
        {
            if (fields.Tag == SerializerTag) serializer = fields.Number;
            else if (fields.Tag != ContentTag && fields.Tag != ManifestTag) return false;
        }

        return !fields.IsBroken && serializer == ClientMessageSerializer.SerializerId;
    }
}

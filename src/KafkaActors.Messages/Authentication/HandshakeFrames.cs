using System.Buffers.Binary;
using System.Text;

namespace KafkaActors.Messages.Authentication;

/// <summary>
/// The frames of a handshake. Whatever carries them keeps their bounds; no frame of Akka.Remote or of Kafka begins
/// alike.
/// <code>
/// position  bytes  name
///        0      4  "KASH"
///        4      1  version, 1
///        5      1  step
///        6         hello      kind (1), nonce (32), purpose (2 + n), claims (2 + n)
///                  challenge  nonce (32), claims (2 + n)
///                  proof      HMAC-SHA256 (32) of the initiator
///                  accepted   HMAC-SHA256 (32) of the acceptor
///                  refused    reason (1)
/// </code>
/// Integers are big-endian; a text is its byte count and UTF-8. Nothing follows the last field.
/// </summary>
internal static class HandshakeFrames
{
    public const int NonceBytes = 32;
    public const int MostTextBytes = 512;

    private const byte Version = 1;
    private const int HeadBytes = 6;

    private static ReadOnlySpan<byte> Magic => "KASH"u8;

    /// <summary>Whether it is one, of whatever version and step.</summary>
    public static bool IsOne(ReadOnlySpan<byte> frame) => frame.Length >= HeadBytes && frame.StartsWith(Magic);

    public static byte[] Hello(SecretKind kind, ReadOnlySpan<byte> nonce, string purpose, string claims) =>
        [.. Head(HandshakeStep.Hello), (byte)kind, .. nonce, .. Text(purpose), .. Text(claims)];

    public static byte[] Challenge(ReadOnlySpan<byte> nonce, string claims) =>
        [.. Head(HandshakeStep.Challenge), .. nonce, .. Text(claims)];

    public static byte[] Proof(HandshakeStep step, byte[] proof) => [.. Head(step), .. proof];

    public static byte[] Refused(HandshakeRefusal reason) => [.. Head(HandshakeStep.Refused), (byte)reason];

    /// <summary>
    /// Why it is not that step; null when it is, and <paramref name="body"/> is what follows its head.
    /// </summary>
    public static HandshakeRefusal? Refusal(ReadOnlySpan<byte> frame, HandshakeStep due, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (!IsOne(frame)) return HandshakeRefusal.NotUnderstood;
        if (frame[4] != Version) return HandshakeRefusal.OtherVersion;
        body = frame[HeadBytes..];
        if (frame[5] == (byte)HandshakeStep.Refused && body.Length == 1) return Reason(body[0]);
        return frame[5] == (byte)due ? null : HandshakeRefusal.NotUnderstood;
    }

    public static bool TryReadText(ref ReadOnlySpan<byte> body, out string text)
    {
        text = "";
        if (body.Length < sizeof(ushort)) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (length > MostTextBytes || body.Length < sizeof(ushort) + length) return false;
        text = Encoding.UTF8.GetString(body.Slice(sizeof(ushort), length));
        body = body[(sizeof(ushort) + length)..];
        return true;
    }

    private static HandshakeRefusal Reason(byte value) =>
        Enum.IsDefined((HandshakeRefusal)value) ? (HandshakeRefusal)value : HandshakeRefusal.NotUnderstood;

    private static byte[] Head(HandshakeStep step) => [.. Magic, Version, (byte)step];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MostTextBytes, nameof(text));
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}

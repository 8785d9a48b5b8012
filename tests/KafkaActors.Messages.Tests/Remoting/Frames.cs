using System.Text;
using Google.Protobuf;

namespace KafkaActors.Messages.Tests.Remoting;

/// <summary>
/// Frames of Akka.Remote (WireFormats.proto), field by field, so that each can be wrong in one place.
/// </summary>
internal static class Frames
{
    public const ulong NoSequenceNumber = ulong.MaxValue;

    public static byte[] Bytes(int field, byte[] content) => Write(output =>
    {
        output.WriteUInt32((uint)((field << 3) | 2));
        output.WriteBytes(ByteString.CopyFrom(content));
    });

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int field, ulong number) => Write(output =>
    {
        output.WriteUInt32((uint)(field << 3));
        output.WriteUInt64(number);
    });

    public static byte[] Fixed(int field, ulong number) => Write(output =>
    {
        output.WriteUInt32((uint)((field << 3) | 1));
        output.WriteFixed64(number);
    });

    public static byte[] Associate(string system, string host, int port, string protocol = "tcp") => Bytes(
        2,
        [
            .. Number(1, 1),
            .. Bytes(
                2,
                [
                    .. Bytes(
                        1,
                        [
                            .. Text(1, system), .. Text(2, host), .. Number(3, (ulong)port), .. Text(4, protocol),
                        ]),
                    .. Fixed(2, 4711),
                ]),
        ]);

    public static byte[] Heartbeat() => Bytes(2, Number(1, 3));

    public static byte[] Actor(int field, string path) => Bytes(field, Text(1, path));

    public static byte[] Payload(int serializer) =>
        Bytes(2, [.. Text(1, "content"), .. Number(2, (ulong)serializer), .. Text(3, "sk")]);

    /// <param name="envelope">The fields of a RemoteEnvelope.</param>
    public static byte[] Message(params byte[][] envelope) =>
        Bytes(1, Bytes(2, [.. envelope.SelectMany(field => field)]));

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true)) write(output);
        return buffer.ToArray();
    }
}

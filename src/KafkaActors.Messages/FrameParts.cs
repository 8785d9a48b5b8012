using KafkaActors.Protocol.Wire;

namespace KafkaActors.Messages;

/// <summary>
/// Cuts what was written into parts of a session's messages. Each part has an array of its own, which Akka's queue may
/// hold for as long as it likes; records are copied once, from where they are into their part.
/// </summary>
public static class FrameParts
{
    /// <param name="writer">Holds one frame, of at most <see cref="SessionProtocol.MaxFrameBytes"/>.</param>
    public static IEnumerable<SessionProtocol.FramePart> Of(long correlationId, ProtocolWriter writer)
    {
        var frame = new WrittenFrames(writer);
        int length = checked((int)writer.TotalLength);
        for (int position = 0; position < length; position += SessionProtocol.PartBytes)
        {
            int size = Math.Min(length - position, SessionProtocol.PartBytes);
            byte[] part = GC.AllocateUninitializedArray<byte>(size);
            frame.CopyTo(part);
            yield return new SessionProtocol.FramePart(correlationId, length, position, part);
        }
    }
}

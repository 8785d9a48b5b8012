using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Sends what was read: for each partition its batches in messages near <see cref="SessionProtocol.ChunkBytes"/>, then
/// the end. Bytes are copied from the log's pages into the message and nowhere else; no record is looked at.
/// </summary>
internal static class FetchAnswer
{
    public static void Send(
        FrontDoorServices services,
        long correlationId,
        IReadOnlyList<PartitionRead> reads,
        IActorRef client,
        IActorRef session)
    {
        foreach (PartitionRead read in reads)
        {
            if (read.IsWorthTelling) Send(services, correlationId, read, client, session);
        }

        client.Tell(new FetchProtocol.Completed(correlationId, ErrorCode.None), session);
    }

    private static void Send(
        FrontDoorServices services, long correlationId, PartitionRead read, IActorRef client, IActorRef session)
    {
        (NodeId leader, LeaderEpoch epoch) = services.Leaders.LeaderOf(read.Position.Partition);
        int first = Math.Min(read.Length, SessionProtocol.ChunkBytes);
        client.Tell(
            new FetchProtocol.Data(
                correlationId,
                read.Position.Partition,
                read.Error,
                read.View?.HighWatermark ?? -1,
                read.View?.LastStableOffset ?? -1,
                read.View?.LogStartOffset ?? -1,
                leader,
                epoch,
                read.Length,
                Part(read, 0, first)),
            session);
        for (int position = first; position < read.Length; position += SessionProtocol.ChunkBytes)
        {
            int count = Math.Min(read.Length - position, SessionProtocol.ChunkBytes);
            client.Tell(new FetchProtocol.Chunk(correlationId, position, Part(read, position, count)), session);
        }
    }

    private static ReadOnlyMemory<byte> Part(PartitionRead read, int position, int count)
    {
        if (count == 0) return default;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        read.Range!.CopyTo(position, bytes);
        return bytes;
    }
}

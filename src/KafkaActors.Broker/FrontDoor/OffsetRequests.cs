using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's questions for offsets; see <see cref="OffsetLookup"/>. Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class OffsetRequests(FrontDoorServices services, IActorRef session, IActorRef client)
{
    public void Begin(FetchProtocol.ListOffsets list)
    {
        if (list.Partitions.Any(partition => OffsetLookup.ReadsLog(partition.TimestampMs)))
            services.ColdReads.Run(() => Answer(list)).PipeTo(client, session, failure: _ => Failed(list));
        else
            client.Tell(Answer(list), session);
    }

    private FetchProtocol.OffsetsListed Answer(FetchProtocol.ListOffsets list) => new(
        list.CorrelationId,
        [.. list.Partitions.Select(asked => OffsetLookup.Find(services, asked, list.Isolation))]);

    private static FetchProtocol.OffsetsListed Failed(FetchProtocol.ListOffsets list) => new(
        list.CorrelationId,
        [.. list.Partitions.Select(asked => OffsetLookup.Refuse(asked, ErrorCode.KafkaStorageError))]);
}

using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>Hands out blocks of producer ids (KIP-730).</summary>
public static class ProducerIdDecisions
{
    public static Decision<ProducerIdBlock> Allocate(MetadataImage image, NodeId node, BrokerEpoch epoch)
    {
        if (image.Broker(node) is not { } broker)
            return new([], new ProducerIdBlock(ErrorCode.BrokerIdNotRegistered, -1, 0));
        if (broker.Epoch != epoch) return new([], new ProducerIdBlock(ErrorCode.StaleBrokerEpoch, -1, 0));
        long first = image.NextProducerId;
        if (first > long.MaxValue - ProducerIdBlock.Size)
            return new([], new ProducerIdBlock(ErrorCode.UnknownServerError, -1, 0));
        return new(
            [new MetadataEvent.ProducerIdBlockAllocated(node, epoch, first + ProducerIdBlock.Size)],
            new ProducerIdBlock(ErrorCode.None, first, ProducerIdBlock.Size));
    }
}

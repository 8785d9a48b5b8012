using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Messages;

/// <summary>What one request takes of its session's windows until it is answered.</summary>
/// <param name="HasRecords">Which of the windows for requests it takes from.</param>
/// <param name="Bytes">Of its frame; within one ActorSystem, of its records.</param>
/// <param name="FetchBytes">The most that a fetch asks for; null for everything else.</param>
public readonly record struct RequestCredit(bool HasRecords, int Bytes, int? FetchBytes)
{
    /// <summary>Of a request that passes as it is; without what it fetches.</summary>
    public static RequestCredit OfObject(IRequestMessage request)
    {
        if (request is not ProduceRequest produce) return default;
        long bytes = 0;
        foreach (ProduceRequest.TopicProduceData topic in produce.TopicData)
        {
            foreach (ProduceRequest.PartitionProduceData partition in topic.PartitionData)
                bytes += partition.Records?.SizeInBytes ?? 0;
        }

        return new RequestCredit(HasRecords: true, (int)Math.Min(bytes, int.MaxValue), null);
    }
}

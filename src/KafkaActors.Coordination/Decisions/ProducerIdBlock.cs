using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>Producer ids that one broker may hand out and no other ever does.</summary>
public sealed record ProducerIdBlock(ErrorCode Error, long First, int Count)
{
    public const int Size = 1000;
}

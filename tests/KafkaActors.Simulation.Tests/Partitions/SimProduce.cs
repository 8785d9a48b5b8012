using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>One record to append, and where the answer goes.</summary>
internal sealed record SimProduce(
    int Producer, int Sequence, bool IsIdempotent, Acks Acks, Action<ErrorCode, long> Answer);

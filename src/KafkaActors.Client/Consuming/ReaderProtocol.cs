using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>What a reader tells its <see cref="ConsumerActor"/>. Stays inside this client's ActorSystem.</summary>
internal static class ReaderProtocol
{
    /// <summary>One partition's beginning under a new generation.</summary>
    public sealed record Begin(PartitionCursor Cursor, int Generation, StartOffset Start);

    /// <summary>Replaces the whole assignment.</summary>
    public sealed record Assign(IReadOnlyList<Begin> Partitions) : INoSerializationVerificationNeeded;

    public sealed record Seek(Begin Partition) : INoSerializationVerificationNeeded;

    public sealed record Pause(TopicPartition Partition, int Generation, long Position)
        : INoSerializationVerificationNeeded;

    public sealed record Resume(TopicPartition Partition) : INoSerializationVerificationNeeded;
}

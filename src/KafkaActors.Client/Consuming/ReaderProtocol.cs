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

    /// <summary>Joins the group, or changes what is wanted of it.</summary>
    public sealed record Subscribe(TopicSubscription Topics) : INoSerializationVerificationNeeded;

    /// <summary>Leaves the group.</summary>
    public sealed class Unsubscribe : INoSerializationVerificationNeeded
    {
        public static readonly Unsubscribe Instance = new();
    }

    /// <summary>Nothing of the partitions revoked is read any more, nor committed after this.</summary>
    public sealed record LetGo(RebalanceNews.Revoked Revoked) : INoSerializationVerificationNeeded;

    /// <param name="Done">Fails with the <see cref="CommitException"/>.</param>
    public sealed record Commit(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets, TaskCompletionSource Done)
        : INoSerializationVerificationNeeded;
}

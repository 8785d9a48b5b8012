using Akka.Actor;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// What a group has decided about the partitions of a reader, which hears it before it gets further records.
/// </summary>
internal abstract record RebalanceNews(IReadOnlyList<PartitionCursor> Cursors) : INoSerializationVerificationNeeded
{
    public sealed record Assigned(IReadOnlyList<PartitionCursor> Cursors) : RebalanceNews(Cursors);

    /// <param name="Id">Goes back with <see cref="ReaderProtocol.LetGo"/>.</param>
    public sealed record Revoked(int Id, IReadOnlyList<PartitionCursor> Cursors) : RebalanceNews(Cursors);

    public sealed record Lost(IReadOnlyList<PartitionCursor> Cursors) : RebalanceNews(Cursors);

    /// <summary>The subscription is over.</summary>
    public sealed record Failed(KafkaException Error) : RebalanceNews([]);
}

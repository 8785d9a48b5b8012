namespace KafkaActors.Coordination.Groups;

/// <summary>The kinds of records in <c>__consumer_offsets</c>: the version of the key.</summary>
public static class GroupRecordTypes
{
    /// <summary>An offset, as written by Kafka before 0.8.2.</summary>
    public const short OffsetCommitV0 = 0;

    public const short OffsetCommit = 1;

    public const short GroupMetadata = 2;
}

namespace KafkaActors.Protocol;

/// <summary>The random identity of one data directory: a wiped disk comes back as another (KIP-858).</summary>
public readonly record struct DirectoryId(Guid Value)
{
    public static DirectoryId NewRandom() => new(Guid.NewGuid());

    public override string ToString() => new TopicId(Value).ToString();
}

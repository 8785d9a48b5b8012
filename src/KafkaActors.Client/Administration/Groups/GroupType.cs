namespace KafkaActors.Client.Administration.Groups;

/// <summary>By which protocol a group's members share its topics.</summary>
public enum GroupType
{
    Unknown,

    /// <summary>A member assigns: JoinGroup, SyncGroup.</summary>
    Classic,

    /// <summary>The coordinator assigns: ConsumerGroupHeartbeat (KIP-848).</summary>
    Consumer,
}

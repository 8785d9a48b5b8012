namespace KafkaActors.Client.Administration.Groups;

/// <param name="ProtocolType"><c>consumer</c> for groups of consumers; empty where only offsets were committed.</param>
public sealed record GroupListing(string GroupId, GroupType Type, GroupState State, string ProtocolType);

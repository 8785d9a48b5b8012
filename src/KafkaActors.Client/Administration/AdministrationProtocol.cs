using KafkaActors.Client.Administration.Configs;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>
/// How an application's actors change and show topics, configurations, offsets and groups: they talk to an
/// <see cref="AdminActor"/> started from <see cref="KafkaActorsClient.AdminProps"/>. Every command is answered to its
/// sender, by its own reply or by <see cref="Failed"/>; a tag goes back as it came. Errors of single topics, partitions
/// or resources are in their rows. Without a timeout of their own, commands have <c>default.api.timeout.ms</c>.
/// </summary>
public static class AdministrationProtocol
{
    /// <summary>Answered by <see cref="TopicsChanged"/>, as are the next two.</summary>
    public sealed record CreateTopics(
        IReadOnlyList<NewTopic> Topics,
        bool ValidateOnly = false,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record DeleteTopics(IReadOnlyList<string> Topics, TimeSpan? Timeout = null, object? Tag = null)
        : IClientCommand;

    public sealed record CreatePartitions(
        IReadOnlyList<NewPartitions> Topics,
        bool ValidateOnly = false,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record TopicsChanged(object? Tag, IReadOnlyList<TopicResult> Topics) : IClientReply;

    /// <param name="Topics">Null for every topic. Creates none.</param>
    public sealed record DescribeCluster(
        IReadOnlyList<string>? Topics = null, TimeSpan? Timeout = null, object? Tag = null) : IClientCommand;

    public sealed record ClusterDescribed(object? Tag, ClusterDescription Cluster) : IClientReply;

    /// <param name="Keys">Null for every key.</param>
    public sealed record DescribeConfigs(
        IReadOnlyList<ConfigResource> Resources,
        IReadOnlyList<string>? Keys = null,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record ConfigsDescribed(object? Tag, IReadOnlyList<ResourceDescription> Resources)
        : IClientReply;

    public sealed record AlterConfigs(
        IReadOnlyList<ResourceChange> Resources,
        bool ValidateOnly = false,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record ConfigsAltered(object? Tag, IReadOnlyList<ResourceResult> Resources)
        : IClientReply;

    /// <param name="Timestamps">Milliseconds since the epoch, or specials of <see cref="OffsetQuery"/>.</param>
    public sealed record ListOffsets(
        IReadOnlyDictionary<TopicPartition, long> Timestamps,
        IsolationLevel Isolation = IsolationLevel.ReadUncommitted,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record OffsetsListed(object? Tag, IReadOnlyList<ListedOffset> Partitions) : IClientReply;

    /// <param name="BeforeOffsets">Records below these go; -1 means all that are committed.</param>
    public sealed record DeleteRecords(
        IReadOnlyDictionary<TopicPartition, long> BeforeOffsets, TimeSpan? Timeout = null, object? Tag = null)
        : IClientCommand;

    public sealed record RecordsDeleted(object? Tag, IReadOnlyList<DeletedRecords> Partitions) : IClientReply;

    /// <inheritdoc cref="GroupAdministration.ListAsync"/>
    public sealed record ListGroups(
        IReadOnlyCollection<GroupState>? States = null,
        IReadOnlyCollection<GroupType>? Types = null,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    public sealed record GroupsListed(object? Tag, IReadOnlyList<GroupListing> Groups) : IClientReply;

    public sealed record DescribeGroups(
        IReadOnlyCollection<string> GroupIds, TimeSpan? Timeout = null, object? Tag = null) : IClientCommand;

    public sealed record GroupsDescribed(object? Tag, IReadOnlyList<GroupDescription> Groups) : IClientReply;

    public sealed record FetchGroupOffsets(string GroupId, TimeSpan? Timeout = null, object? Tag = null)
        : IClientCommand;

    public sealed record GroupOffsetsFetched(object? Tag, IReadOnlyList<GroupOffset> Offsets) : IClientReply;

    /// <inheritdoc cref="GroupAdministration.CommitOffsetsAsync"/>
    public sealed record CommitGroupOffsets(
        string GroupId,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    /// <inheritdoc cref="GroupAdministration.DeleteOffsetsAsync"/>
    public sealed record DeleteGroupOffsets(
        string GroupId,
        IReadOnlyCollection<TopicPartition> Partitions,
        TimeSpan? Timeout = null,
        object? Tag = null) : IClientCommand;

    /// <summary>Answers <see cref="CommitGroupOffsets"/> and <see cref="DeleteGroupOffsets"/>.</summary>
    public sealed record GroupOffsetsChanged(object? Tag, IReadOnlyList<GroupOffsetResult> Partitions) : IClientReply;

    /// <inheritdoc cref="GroupAdministration.DeleteAsync"/>
    public sealed record DeleteGroups(
        IReadOnlyCollection<string> GroupIds, TimeSpan? Timeout = null, object? Tag = null) : IClientCommand;

    public sealed record GroupsDeleted(object? Tag, IReadOnlyList<DeletedGroup> Groups) : IClientReply;

    /// <summary>The request as a whole had no answer.</summary>
    public sealed record Failed(object? Tag, ErrorCode Error, string Message) : IClientReply;
}

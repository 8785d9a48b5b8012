using KafkaActors.Client.Administration.Calls;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Protocol.Messages.DeleteGroupsResponse;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>
/// Shows and changes consumer groups, of the classic and the consumer protocol (KIP-848) alike. Errors of single
/// groups or partitions are in their rows; an exception means that the request as a whole had no answer, or the group
/// itself refuses it. Requests go to the group's coordinator, and are made again while that moves or starts. Without a
/// timeout of their own they have <c>default.api.timeout.ms</c>. Any thread may use it.
/// </summary>
public sealed class GroupAdministration
{
    private readonly AdminClient _admin;
    private readonly AdminCalls _calls;

    internal GroupAdministration(AdminClient admin, AdminCalls calls) => (_admin, _calls) = (admin, calls);

    /// <summary>The groups of every node, in the order of their names.</summary>
    /// <param name="states">Only groups in one of these; null or none for all (KIP-518).</param>
    /// <param name="types">Only groups of one of these; null or none for all (KIP-848).</param>
    /// <exception cref="KafkaException">A node did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<GroupListing>> ListAsync(
        IReadOnlyCollection<GroupState>? states = null,
        IReadOnlyCollection<GroupType>? types = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ClusterDescription cluster =
            await _admin.DescribeAsync([], timeout, cancellationToken).ConfigureAwait(false);
        var request = new ListGroupsRequest
        {
            StatesFilter = [.. (states ?? []).Select(state => state.ToString())],
            TypesFilter = [.. (types ?? []).Select(type => type.ToString())],
        };
        ListGroupsResponse[] answers = await Task.WhenAll(cluster.Brokers.Select(broker =>
            _calls.AskAsync<ListGroupsResponse>(
                new CallTarget.Node(broker.Node), request, answer => answer.ErrorCode, timeout, cancellationToken)))
            .ConfigureAwait(false);
        foreach (ListGroupsResponse answer in answers) ThrowOn(answer.ErrorCode, "Groups cannot be listed");
        return [.. answers.SelectMany(answer => answer.Groups).Select(GroupDescriptions.Of)
            .OrderBy(group => group.GroupId, StringComparer.Ordinal)];
    }

    /// <summary>The groups in the order asked for; what does not exist is in its row.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    public async Task<IReadOnlyList<GroupDescription>> DescribeAsync(
        IReadOnlyCollection<string> groupIds,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        await Task.WhenAll(groupIds.Select(group => DescribeAsync(group, timeout, cancellationToken)))
            .ConfigureAwait(false);

    /// <summary>All that the group has committed; none for a group that does not exist.</summary>
    /// <inheritdoc cref="DeleteOffsetsAsync"/>
    public async Task<IReadOnlyList<GroupOffset>> FetchOffsetsAsync(
        string groupId, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        (OffsetFetchResponse.OffsetFetchGroup group, _) =
            await _calls.AskRowAsync<OffsetFetchResponse, OffsetFetchResponse.OffsetFetchGroup>(
                groupId,
                new OffsetFetchRequest { Groups = [new OffsetFetchRequest.OffsetFetchGroup { GroupId = groupId }] },
                answer => answer.Groups,
                row => row.ErrorCode,
                timeout,
                cancellationToken).ConfigureAwait(false);
        ThrowOn(group.ErrorCode, $"The offsets of group '{groupId}' cannot be read");
        return [.. group.Topics.SelectMany(topic => topic.Partitions.Select(row => new GroupOffset(
            new TopicPartition(topic.Name, row.PartitionIndex),
            row.ErrorCode,
            row.CommittedOffset,
            row.Metadata ?? "")))];
    }

    /// <summary>
    /// Commits from outside of the group. A group with members refuses every row, with
    /// <see cref="ErrorCode.UnknownMemberId"/>; one that does not exist comes to be.
    /// </summary>
    /// <exception cref="KafkaException">The coordinator did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<GroupOffsetResult>> CommitOffsetsAsync(
        string groupId,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var response = await _calls.AskAsync<OffsetCommitResponse>(
            new CallTarget.Coordinator(groupId),
            GroupRequests.Commit(groupId, offsets),
            answer => Common(answer.Topics.SelectMany(topic => topic.Partitions).Select(row => row.ErrorCode)),
            timeout,
            cancellationToken).ConfigureAwait(false);
        return [.. response.Topics.SelectMany(topic => topic.Partitions.Select(row =>
            new GroupOffsetResult(new TopicPartition(topic.Name, row.PartitionIndex), row.ErrorCode)))];
    }

    /// <summary>
    /// Deletes committed offsets (KIP-496). Those of topics that members subscribe to stay, with
    /// <see cref="ErrorCode.GroupSubscribedToTopic"/> in their rows.
    /// </summary>
    /// <exception cref="KafkaException">
    /// The coordinator did not answer within the timeout, or the group refuses: it does not exist, or has members that
    /// are no consumers.
    /// </exception>
    public async Task<IReadOnlyList<GroupOffsetResult>> DeleteOffsetsAsync(
        string groupId,
        IReadOnlyCollection<TopicPartition> partitions,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var response = await _calls.AskAsync<OffsetDeleteResponse>(
            new CallTarget.Coordinator(groupId),
            GroupRequests.DeleteOffsets(groupId, partitions),
            answer => answer.ErrorCode,
            timeout,
            cancellationToken).ConfigureAwait(false);
        ThrowOn(response.ErrorCode, $"Offsets of group '{groupId}' cannot be deleted");
        return [.. response.Topics.SelectMany(topic => topic.Partitions.Select(row =>
            new GroupOffsetResult(new TopicPartition(topic.Name, row.PartitionIndex), row.ErrorCode)))];
    }

    /// <summary>
    /// Deletes groups without members, with their offsets (KIP-229). Where an answer was lost on the way and the
    /// request made again, a group that it deleted is told as <see cref="ErrorCode.GroupIdNotFound"/>.
    /// </summary>
    /// <exception cref="KafkaException">A coordinator did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<DeletedGroup>> DeleteAsync(
        IReadOnlyCollection<string> groupIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        (DeletableGroupResult Row, NodeId Node)[] answers = await Task.WhenAll(groupIds.Select(group =>
            _calls.AskRowAsync<DeleteGroupsResponse, DeletableGroupResult>(
                group,
                new DeleteGroupsRequest { GroupsNames = [group] },
                answer => answer.Results,
                row => row.ErrorCode,
                timeout,
                cancellationToken))).ConfigureAwait(false);
        return [.. answers.Select(answer => new DeletedGroup(answer.Row.GroupId, answer.Row.ErrorCode))];
    }

    /// <summary>Only the coordinator knows the group's protocol: the newer one is asked for first.</summary>
    private async Task<GroupDescription> DescribeAsync(
        string groupId, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (await DescribeConsumerAsync(groupId, timeout, cancellationToken).ConfigureAwait(false) is { } found)
            return found;
        (DescribeGroupsResponse.DescribedGroup classic, NodeId node) =
            await _calls.AskRowAsync<DescribeGroupsResponse, DescribeGroupsResponse.DescribedGroup>(
                groupId,
                new DescribeGroupsRequest { Groups = [groupId] },
                answer => answer.Groups,
                row => row.ErrorCode,
                timeout,
                cancellationToken).ConfigureAwait(false);
        return GroupDescriptions.Of(classic, node);
    }

    /// <summary>Null where it is no group of the consumer protocol, or the node does not know that one.</summary>
    private async Task<GroupDescription?> DescribeConsumerAsync(
        string groupId, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            (ConsumerGroupDescribeResponse.DescribedGroup group, NodeId node) =
                await _calls.AskRowAsync<ConsumerGroupDescribeResponse, ConsumerGroupDescribeResponse.DescribedGroup>(
                    groupId,
                    new ConsumerGroupDescribeRequest { GroupIds = [groupId] },
                    answer => answer.Groups,
                    row => row.ErrorCode,
                    timeout,
                    cancellationToken).ConfigureAwait(false);
            bool isOther = group.ErrorCode is ErrorCode.GroupIdNotFound or ErrorCode.UnsupportedVersion;
            return isOther ? null : GroupDescriptions.Of(group, node);
        }
        catch (KafkaException fault) when (fault.Error == ErrorCode.UnsupportedVersion)
        {
            return null;
        }
    }

    /// <summary>A request is made again when every row was refused for the same reason, which may pass.</summary>
    private static ErrorCode Common(IEnumerable<ErrorCode> rows) =>
        rows.Distinct().ToArray() is [var common] ? common : ErrorCode.None;

    private static void ThrowOn(ErrorCode error, string what)
    {
        if (error != ErrorCode.None) throw new KafkaException(error, $"{what}: {error}.");
    }
}

using Akka.Actor;
using KafkaActors.Client.Administration.Calls;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Administration.LogDirs;
using KafkaActors.Client.Administration.Quorum;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration;

/// <summary>
/// Changes and shows topics and configurations. Errors of single topics, partitions or resources are in their rows; an
/// exception means that the request as a whole had no answer. Any thread may use it.
/// </summary>
public sealed class AdminClient
{
    private readonly AdminCalls _calls;

    internal AdminClient(ICanTell actor, ClientSettings settings)
    {
        _calls = new AdminCalls(actor, settings);
        Groups = new GroupAdministration(this, _calls);
        LogDirs = new LogDirAdministration(_calls);
        Quorum = new QuorumAdministration(_calls);
        Configs = new ConfigAdministration(_calls);
    }

    /// <summary>Consumer groups and their offsets.</summary>
    public GroupAdministration Groups { get; }

    /// <summary>The data directories of nodes.</summary>
    public LogDirAdministration LogDirs { get; }

    /// <summary>The voters of the metadata log.</summary>
    public QuorumAdministration Quorum { get; }

    /// <summary>Configurations, with where their values come from.</summary>
    public ConfigAdministration Configs { get; }

    /// <exception cref="KafkaException">No node answered within the timeout.</exception>
    public async Task<IReadOnlyList<TopicResult>> CreateTopicsAsync(
        IReadOnlyList<NewTopic> topics,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        CreateTopicsResponse created = await _calls.AskAsync<CreateTopicsResponse>(
            CallTarget.TheController,
            TopicRequests.Create(topics, validateOnly, _calls.Limit(timeout)),
            answer => AdminErrors.WithoutController(answer.Topics.Select(topic => topic.ErrorCode)),
            timeout,
            cancellationToken).ConfigureAwait(false);
        return [.. created.Topics.Select(topic =>
            new TopicResult(topic.Name, topic.TopicId, topic.ErrorCode, topic.ErrorMessage))];
    }

    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<TopicResult>> DeleteTopicsAsync(
        IReadOnlyList<string> topics, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        DeleteTopicsResponse deleted = await _calls.AskAsync<DeleteTopicsResponse>(
            CallTarget.TheController,
            TopicRequests.Delete(topics, _calls.Limit(timeout)),
            answer => AdminErrors.WithoutController(answer.Responses.Select(topic => topic.ErrorCode)),
            timeout,
            cancellationToken).ConfigureAwait(false);
        return [.. deleted.Responses.Select(topic =>
            new TopicResult(topic.Name ?? "", topic.TopicId, topic.ErrorCode, topic.ErrorMessage))];
    }

    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<TopicResult>> CreatePartitionsAsync(
        IReadOnlyList<NewPartitions> topics,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        CreatePartitionsResponse created = await _calls.AskAsync<CreatePartitionsResponse>(
            CallTarget.TheController,
            TopicRequests.AddPartitions(topics, validateOnly, _calls.Limit(timeout)),
            answer => AdminErrors.WithoutController(answer.Results.Select(topic => topic.ErrorCode)),
            timeout,
            cancellationToken).ConfigureAwait(false);
        return [.. created.Results.Select(topic =>
            new TopicResult(topic.Name, TopicId.None, topic.ErrorCode, topic.ErrorMessage))];
    }

    /// <summary>The cluster's nodes, and the topics named; null for every topic. Creates none.</summary>
    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<ClusterDescription> DescribeAsync(
        IReadOnlyList<string>? topics, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ClusterDescriptions.Of(await _calls.AskAsync<MetadataResponse>(
            CallTarget.AnyNode, TopicRequests.Describe(topics), _ => ErrorCode.None, timeout, cancellationToken)
            .ConfigureAwait(false));

    /// <summary>
    /// Takes a broker out of the cluster that will not come back: nobody is told of it any more. It stays the replica
    /// that it is. One that still runs ends, and registers again when it is started.
    /// </summary>
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.BrokerIdNotRegistered"/>; or no node answered within the timeout.
    /// </exception>
    public async Task UnregisterBrokerAsync(
        NodeId broker, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        UnregisterBrokerResponse answer = await _calls.AskAsync<UnregisterBrokerResponse>(
            CallTarget.TheController,
            new UnregisterBrokerRequest { BrokerId = broker },
            response => AdminErrors.WithoutController([response.ErrorCode]),
            timeout,
            cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode != ErrorCode.None)
            throw new KafkaException(answer.ErrorCode, answer.ErrorMessage ?? $"{broker}: {answer.ErrorCode}");
    }

    /// <inheritdoc cref="ConfigAdministration.DescribeAsync"/>
    public Task<IReadOnlyList<ResourceDescription>> DescribeConfigsAsync(
        IReadOnlyList<ConfigResource> resources,
        IReadOnlyList<string>? keys = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        Configs.DescribeAsync(resources, keys, timeout, cancellationToken);

    /// <inheritdoc cref="ConfigAdministration.AlterAsync"/>
    public Task<IReadOnlyList<ResourceResult>> AlterConfigsAsync(
        IReadOnlyList<ResourceChange> changes,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        Configs.AlterAsync(changes, validateOnly, timeout, cancellationToken);

    /// <summary>
    /// Looks offsets up by time: milliseconds since the epoch, or a special of <see cref="OffsetQuery"/>.
    /// </summary>
    /// <exception cref="KafkaException">A node does not know the request.</exception>
    public Task<IReadOnlyList<ListedOffset>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps,
        IsolationLevel isolation = IsolationLevel.ReadUncommitted,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = _calls.Limit(timeout);
        var call = new LeaderCallOf<ListedOffset>(
            [.. timestamps.Keys],
            limit,
            leaders => OffsetListing.Of(
                leaders.Select(leader => (leader, timestamps[leader.Name])), isolation, limit),
            response => OffsetListing.Rows((ListOffsetsResponse)response).Select(found => (
                found.Name,
                found.Row.ErrorCode,
                new ListedOffset(
                    found.Name, ErrorCode.None, found.Row.Offset, found.Row.Timestamp, found.Row.LeaderEpoch))),
            (name, error) => new ListedOffset(name, error, -1, -1, LeaderEpoch.None));
        return _calls.RunAsync(call, call.Answer, cancellationToken);
    }

    /// <summary>Deletes the records below the given offsets; -1 means all that are committed.</summary>
    /// <inheritdoc cref="ListOffsetsAsync"/>
    public Task<IReadOnlyList<DeletedRecords>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = _calls.Limit(timeout);
        var call = new LeaderCallOf<DeletedRecords>(
            [.. beforeOffsets.Keys],
            limit,
            leaders => TopicRequests.DeleteRecords(
                leaders.Select(leader => (leader.Name, beforeOffsets[leader.Name])), limit),
            response => TopicRequests.Rows((DeleteRecordsResponse)response)
                .Select(row => (row.Partition, row.Error, row)),
            (name, error) => new DeletedRecords(name, error, -1));
        return _calls.RunAsync(call, call.Answer, cancellationToken);
    }

    /// <summary>
    /// One question: whether a node can be reached at all. A port that nobody listens on is told at once; a node that
    /// is there but silent, because it is starting or under load, is given <c>request.timeout.ms</c>.
    /// </summary>
    /// <exception cref="KafkaException">None could; the message says why in one line.</exception>
    internal async Task<ClusterDescription> ConnectAsync(CancellationToken cancellationToken) =>
        ClusterDescriptions.Of(await _calls.ReachAsync<MetadataResponse>(TopicRequests.Describe([]), cancellationToken)
            .ConfigureAwait(false));
}

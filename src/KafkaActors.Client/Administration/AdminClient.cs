using Akka.Actor;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Administration.LogDirs;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Supervision;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>
/// Changes and shows topics and configurations. Errors of single topics, partitions or resources are in their rows; an
/// exception means that the request as a whole had no answer. Any thread may use it.
/// </summary>
public sealed class AdminClient
{
    private readonly ICanTell _actor;
    private readonly ClientSettings _settings;

    internal AdminClient(ICanTell actor, ClientSettings settings)
    {
        _actor = actor;
        _settings = settings;
        Groups = new GroupAdministration(this, settings);
        LogDirs = new LogDirAdministration(this, settings);
        Configs = new ConfigAdministration(this, settings);
    }

    /// <summary>Consumer groups and their offsets.</summary>
    public GroupAdministration Groups { get; }

    /// <summary>The data directories of nodes.</summary>
    public LogDirAdministration LogDirs { get; }

    /// <summary>Configurations, with where their values come from.</summary>
    public ConfigAdministration Configs { get; }

    /// <exception cref="KafkaException">No node answered within the timeout.</exception>
    public async Task<IReadOnlyList<AdminProtocol.TopicResult>> CreateTopicsAsync(
        IReadOnlyList<AdminProtocol.NewTopic> topics,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? _settings.DefaultApiTimeout;
        var changed = await CallAsync<AdminProtocol.TopicsChanged>(
            id => new AdminProtocol.CreateTopics(id, topics, limit, validateOnly),
            reply => CommonError(reply.Topics.Select(topic => topic.Error)),
            limit,
            cancellationToken).ConfigureAwait(false);
        return changed.Topics;
    }

    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<AdminProtocol.TopicResult>> DeleteTopicsAsync(
        IReadOnlyList<string> topics, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? _settings.DefaultApiTimeout;
        var changed = await CallAsync<AdminProtocol.TopicsChanged>(
            id => new AdminProtocol.DeleteTopics(id, topics, limit),
            reply => CommonError(reply.Topics.Select(topic => topic.Error)),
            limit,
            cancellationToken).ConfigureAwait(false);
        return changed.Topics;
    }

    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<AdminProtocol.TopicResult>> CreatePartitionsAsync(
        IReadOnlyList<AdminProtocol.NewPartitions> topics,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? _settings.DefaultApiTimeout;
        var changed = await CallAsync<AdminProtocol.TopicsChanged>(
            id => new AdminProtocol.CreatePartitions(id, topics, limit, validateOnly),
            reply => CommonError(reply.Topics.Select(topic => topic.Error)),
            limit,
            cancellationToken).ConfigureAwait(false);
        return changed.Topics;
    }

    /// <summary>The cluster's nodes, and the topics named; null for every topic. Creates none.</summary>
    /// <inheritdoc cref="CreateTopicsAsync"/>
    public Task<MetadataProtocol.Described> DescribeAsync(
        IReadOnlyList<string>? topics, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync<MetadataProtocol.Described>(
            id => new MetadataProtocol.Describe(id, topics, false),
            _ => ErrorCode.None,
            timeout ?? _settings.DefaultApiTimeout,
            cancellationToken);

    /// <param name="keys">Null for every key.</param>
    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<AdminProtocol.ResourceConfigs>> DescribeConfigsAsync(
        IReadOnlyList<AdminProtocol.Resource> resources,
        IReadOnlyList<string>? keys = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var described = await CallAsync<AdminProtocol.ConfigsDescribed>(
            id => new AdminProtocol.DescribeConfigs(id, resources, keys),
            _ => ErrorCode.None,
            timeout ?? _settings.DefaultApiTimeout,
            cancellationToken).ConfigureAwait(false);
        return described.Resources;
    }

    /// <inheritdoc cref="CreateTopicsAsync"/>
    public async Task<IReadOnlyList<AdminProtocol.ResourceResult>> AlterConfigsAsync(
        IReadOnlyList<AdminProtocol.ResourceChange> changes,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var altered = await CallAsync<AdminProtocol.ConfigsAltered>(
            id => new AdminProtocol.AlterConfigs(id, changes, validateOnly),
            reply => CommonError(reply.Resources.Select(resource => resource.Error)),
            timeout ?? _settings.DefaultApiTimeout,
            cancellationToken).ConfigureAwait(false);
        return altered.Resources;
    }

    /// <summary>
    /// Looks offsets up by time: milliseconds since the epoch, or a special of <see cref="OffsetQuery"/>.
    /// </summary>
    public Task<IReadOnlyList<ListedOffset>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps,
        IsolationLevel isolation = IsolationLevel.ReadUncommitted,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var call = new LeaderCallOf<ListedOffset>(
            [.. timestamps.Keys],
            timeout ?? _settings.DefaultApiTimeout,
            (id, partitions) => new FetchProtocol.ListOffsets(id, isolation, [.. partitions.Select(asked =>
                new FetchProtocol.PartitionTimestamp(
                    asked.Leader.Partition, asked.Leader.Epoch, timestamps[asked.Name]))]),
            reply => ((FetchProtocol.OffsetsListed)reply).Partitions.Select(found => (
                found.Partition,
                found.Error,
                (Func<TopicPartition, ListedOffset>)(name => new ListedOffset(
                    name, ErrorCode.None, found.Offset, found.TimestampMs, found.LeaderEpoch)))),
            (name, error) => new ListedOffset(name, error, -1, -1, LeaderEpoch.None));
        return RunAsync(call, call.Answer, cancellationToken);
    }

    /// <summary>Deletes the records below the given offsets; -1 means all that are committed.</summary>
    public Task<IReadOnlyList<DeletedRecords>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = timeout ?? _settings.DefaultApiTimeout;
        var call = new LeaderCallOf<DeletedRecords>(
            [.. beforeOffsets.Keys],
            limit,
            (id, partitions) => new AdminProtocol.DeleteRecords(id, [.. partitions.Select(asked =>
                new AdminProtocol.RecordsToDelete(asked.Leader.Partition, beforeOffsets[asked.Name]))], limit),
            reply => ((AdminProtocol.RecordsDeleted)reply).Partitions.Select(deleted => (
                deleted.Partition,
                deleted.Error,
                (Func<TopicPartition, DeletedRecords>)(name => new DeletedRecords(
                    name, ErrorCode.None, deleted.LogStartOffset)))),
            (name, error) => new DeletedRecords(name, error, -1));
        return RunAsync(call, call.Answer, cancellationToken);
    }

    /// <summary>
    /// One question: whether a node can be reached at all. A port that nobody listens on is told at once; a node that
    /// is there but silent, because it is starting or under load, is given <c>request.timeout.ms</c>.
    /// </summary>
    /// <exception cref="KafkaException">None could; the message says why in one line.</exception>
    internal async Task<MetadataProtocol.Described> ConnectAsync(CancellationToken cancellationToken)
    {
        var call = new NodeCall(
            id => new MetadataProtocol.Describe(id, [], false),
            _ => ErrorCode.None,
            _settings.RequestTimeout,
            error => error is ErrorCode.NetworkException or ErrorCode.RequestTimedOut);
        return (MetadataProtocol.Described)await RunAsync(call, call.Answer, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="call">Which the actor completes, with <paramref name="answer"/>.</param>
    internal async Task<T> RunAsync<T>(object call, Task<T> answer, CancellationToken cancellationToken)
    {
        _actor.Tell(call, ActorRefs.NoSender);
        Task ended = (_actor as ClientChild)?.Ended ?? answer;
        await Task.WhenAny(answer, ended).WaitAsync(cancellationToken).ConfigureAwait(false);

        // An actor that stops answers what it has; what it no longer got nobody answers.
        if (!answer.IsCompleted) throw new KafkaException(ErrorCode.NetworkException, "The client was closed.");
        return await answer.ConfigureAwait(false);
    }

    private async Task<TReply> CallAsync<TReply>(
        Func<long, ICommand> command,
        Func<TReply, ErrorCode> errorOf,
        TimeSpan timeout,
        CancellationToken cancellationToken)
        where TReply : class, IReply
    {
        var call = new NodeCall(command, Judge, timeout, ErrorCodes.IsRetriable);
        IReply reply = await RunAsync(call, call.Answer, cancellationToken).ConfigureAwait(false);
        return reply as TReply
            ?? throw new KafkaException(
                ErrorCode.UnknownServerError, $"A node answered with a {reply.GetType().Name}.");

        ErrorCode Judge(IReply answer) => answer is TReply expected ? errorOf(expected) : ErrorCode.UnknownServerError;
    }

    /// <summary>
    /// The request is made again only when nothing of it was done and no row stands in the way: every row has the same
    /// error of the controller's absence. A timeout is given to the caller, who alone knows what a repetition means.
    /// </summary>
    private static ErrorCode CommonError(IEnumerable<ErrorCode> rows)
    {
        ErrorCode[] distinct = [.. rows.Distinct()];
        return distinct is [ErrorCode.NotController or ErrorCode.BrokerNotAvailable] ? distinct[0] : ErrorCode.None;
    }
}

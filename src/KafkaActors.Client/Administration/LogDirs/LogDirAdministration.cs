using KafkaActors.Client.Administration.Calls;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>
/// Shows what lies in the data directories of nodes, and removes what they have set aside. Each node is asked for its
/// own. Without a timeout of their own requests have <c>default.api.timeout.ms</c>. Any thread may use it.
/// </summary>
public sealed class LogDirAdministration
{
    private readonly AdminCalls _calls;

    internal LogDirAdministration(AdminCalls calls) => _calls = calls;

    /// <summary>Every data directory of a node, with all its partitions.</summary>
    /// <exception cref="KafkaException">The node did not answer within the timeout, or refused.</exception>
    public async Task<IReadOnlyList<LogDirDescription>> DescribeAsync(
        NodeId node, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        DescribeLogDirsResponse answer = await _calls.AskAsync<DescribeLogDirsResponse>(
            new CallTarget.Node(node),
            new DescribeLogDirsRequest(),
            response => response.ErrorCode,
            timeout,
            cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode != ErrorCode.None)
            throw new KafkaException(answer.ErrorCode, $"Node {node} does not describe its log directories.");
        return [.. answer.Results.Select(Description)];
    }

    /// <summary>Removes what a node has set aside, of all topics or of some; what it was.</summary>
    /// <param name="topics">Null for all.</param>
    /// <param name="validateOnly">Nothing is removed, only told what would be.</param>
    /// <inheritdoc cref="DescribeAsync"/>
    public Task<IReadOnlyList<RemovedStray>> RemoveStraysAsync(
        NodeId node,
        IReadOnlyCollection<string>? topics,
        bool validateOnly,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        RemoveAsync(node, topics, isDamage: false, validateOnly, timeout, cancellationToken);

    private async Task<IReadOnlyList<RemovedStray>> RemoveAsync(
        NodeId node,
        IReadOnlyCollection<string>? topics,
        bool isDamage,
        bool validateOnly,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        var request = new RemoveStraysRequest
        {
            Topics = topics is null ? null : [.. topics], Damage = isDamage, ValidateOnly = validateOnly,
        };
        RemoveStraysResponse answer = await _calls.AskAsync<RemoveStraysResponse>(
            new CallTarget.Node(node), request, response => response.ErrorCode, timeout, cancellationToken)
            .ConfigureAwait(false);
        if (answer.ErrorCode != ErrorCode.None)
            throw new KafkaException(
                answer.ErrorCode, answer.ErrorMessage ?? $"Node {node} could not remove what it has set aside.");
        return [.. answer.Strays.Select(stray => new RemovedStray(
            stray.LogDir,
            stray.Directory,
            new TopicPartition(stray.Topic, stray.PartitionIndex),
            stray.SizeInBytes))];
    }

    /// <summary>
    /// Forgets what a node remembers of damaged logs, of all topics or of some, and removes the bytes that it has kept
    /// of them; which partitions it was. What is still wrong is found again.
    /// </summary>
    /// <inheritdoc cref="RemoveStraysAsync"/>
    public Task<IReadOnlyList<RemovedStray>> ForgetDamageAsync(
        NodeId node,
        IReadOnlyCollection<string>? topics,
        bool validateOnly,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        RemoveAsync(node, topics, isDamage: true, validateOnly, timeout, cancellationToken);

    private static LogDirDescription Description(DescribeLogDirsResponse.DescribeLogDirsResult result) => new(
        result.LogDir,
        result.ErrorCode,
        result.TotalBytes,
        result.UsableBytes,
        [.. result.Topics.SelectMany(topic => topic.Partitions.Select(partition => new LogDirPartition(
            new TopicPartition(topic.Name, partition.PartitionIndex),
            partition.PartitionSize,
            partition.OffsetLag,
            partition.IsFutureKey)))],
        [.. result.Strays.Select(stray => new LogDirStray(
            stray.Directory,
            new TopicPartition(stray.TopicName, stray.PartitionIndex),
            stray.SizeInBytes,
            DateTimeOffset.FromUnixTimeMilliseconds(stray.SetAsideMs),
            DateTimeOffset.FromUnixTimeMilliseconds(stray.KeptUntilMs),
            stray.Reason))],
        [.. result.Damage.Select(damage => new LogDirDamage(
            new TopicPartition(damage.TopicName, damage.PartitionIndex), damage.Message))]);
}

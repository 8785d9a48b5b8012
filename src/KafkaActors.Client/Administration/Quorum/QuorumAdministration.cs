using KafkaActors.Client.Administration.Calls;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Quorum;

/// <summary>
/// Shows and changes the voters of the metadata log (KIP-853), the nodes that elect and run the controller. Any thread
/// may use it.
/// </summary>
public sealed class QuorumAdministration
{
    private const string MetadataTopic = "__cluster_metadata";

    private readonly AdminCalls _calls;

    internal QuorumAdministration(AdminCalls calls) => _calls = calls;

    /// <exception cref="KafkaException">No controller answered within the timeout.</exception>
    public async Task<QuorumDescription> DescribeAsync(
        TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var request = new DescribeQuorumRequest
        {
            Topics = [new() { TopicName = MetadataTopic, Partitions = [new() { PartitionIndex = 0 }] }],
        };
        DescribeQuorumResponse answer = await _calls.AskAsync<DescribeQuorumResponse>(
            CallTarget.TheController,
            request,
            response => AdminErrors.WithoutController([response.ErrorCode]),
            timeout,
            cancellationToken).ConfigureAwait(false);
        DescribeQuorumResponse.DescribeQuorumPartition? partition =
            answer.Topics is [{ Partitions: [var first, ..] }, ..] ? first : null;
        ErrorCode error = answer.ErrorCode != ErrorCode.None
            ? answer.ErrorCode
            : partition?.ErrorCode ?? ErrorCode.UnknownTopicOrPartition;
        if (error != ErrorCode.None)
            throw new KafkaException(
                error, answer.ErrorMessage ?? partition?.ErrorMessage ?? "The quorum could not be described.");
        return new QuorumDescription(
            partition!.LeaderId,
            partition.LeaderEpoch,
            partition.HighWatermark,
            [.. partition.CurrentVoters.Select(one => Member(one, answer))],
            [.. partition.Observers.Select(one => Member(one, answer))]);
    }

    /// <summary>
    /// Makes nodes voters that follow the log; it waits until they have caught up. Several at once only where there is
    /// a single voter: then no death stops the cluster on the way that would not have stopped it before.
    /// </summary>
    /// <param name="voters">Nodes, with the directory that is meant; null for the one that answers there.</param>
    /// <exception cref="KafkaException">Refused, with the reason, or not answered within the timeout.</exception>
    public async Task AddVotersAsync(
        IReadOnlyList<(NodeId Node, DirectoryId? Directory)> voters,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(voters);
        ArgumentOutOfRangeException.ThrowIfZero(voters.Count);
        var request = new AddRaftVoterRequest
        {
            TimeoutMs = (int)_calls.Limit(timeout).TotalMilliseconds,
            VoterId = voters[0].Node,
            VoterDirectoryId = voters[0].Directory?.Value ?? Guid.Empty,
            MoreVoters =
            [
                .. voters.Skip(1).Select(voter => new AddRaftVoterRequest.MoreVoter
                {
                    MoreVoterId = voter.Node, MoreVoterDirectoryId = voter.Directory?.Value ?? Guid.Empty,
                }),
            ],
        };
        AddRaftVoterResponse answer = await _calls.AskAsync<AddRaftVoterResponse>(
            CallTarget.TheController,
            request,
            response => AdminErrors.WithoutController([response.ErrorCode]),
            timeout,
            cancellationToken).ConfigureAwait(false);
        Check(answer.ErrorCode, answer.ErrorMessage);
    }

    /// <inheritdoc cref="AddVotersAsync"/>
    public async Task RemoveVoterAsync(
        NodeId node, DirectoryId directory, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        RemoveRaftVoterResponse answer = await _calls.AskAsync<RemoveRaftVoterResponse>(
            CallTarget.TheController,
            new RemoveRaftVoterRequest { VoterId = node, VoterDirectoryId = directory.Value },
            response => AdminErrors.WithoutController([response.ErrorCode]),
            timeout,
            cancellationToken).ConfigureAwait(false);
        Check(answer.ErrorCode, answer.ErrorMessage);
    }

    private static void Check(ErrorCode error, string? message)
    {
        if (error != ErrorCode.None) throw new KafkaException(error, message ?? "The voters were not changed.");
    }

    private static QuorumMemberDescription Member(
        DescribeQuorumResponse.ReplicaState state, DescribeQuorumResponse answer) => new(
        state.ReplicaId,
        new DirectoryId(state.ReplicaDirectoryId),
        state.LogEndOffset,
        Time(state.LastFetchTimestamp),
        Time(state.LastCaughtUpTimestamp),
        [
            .. answer.Nodes.Where(node => node.NodeId == state.ReplicaId).SelectMany(node => node.Listeners)
                .Select(listener => $"{listener.Name}://{listener.Host}:{listener.Port}"),
        ]);

    private static DateTimeOffset? Time(long timestamp) =>
        timestamp < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(timestamp);
}

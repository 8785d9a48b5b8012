using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>A request to a group, without a connection. A second answer throws where it is given.</summary>
internal sealed class OpenCall
{
    private readonly TaskCompletionSource<IResponseMessage> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="answered">Called before the answer can be seen.</param>
    public OpenCall(string groupId, object request, short version, Action<OpenCall> answered) => Call = new GroupCall(
        groupId,
        request,
        version,
        new GroupClient("client", "/127.0.0.1"),
        response =>
        {
            answered(this);
            _answer.SetResult(response);
        });

    public GroupCall Call { get; }

    public bool IsAnswered => _answer.Task.IsCompleted;

    public async Task<TResponse> AnswerAsync<TResponse>()
        where TResponse : IResponseMessage =>
        (TResponse)await _answer.Task.WaitAsync(Eventually.DefaultTimeout).ConfigureAwait(false);

    /// <summary>The answer's error; of a commit the error of its one partition.</summary>
    public async Task<ErrorCode> ErrorAsync() => await AnswerAsync<IResponseMessage>().ConfigureAwait(false) switch
    {
        OffsetCommitResponse commit => commit.Topics.Single().Partitions.Single().ErrorCode,
        OffsetFetchResponse fetch => fetch.Groups.Single().ErrorCode,
        HeartbeatResponse heartbeat => heartbeat.ErrorCode,
        ConsumerGroupHeartbeatResponse heartbeat => heartbeat.ErrorCode,
        JoinGroupResponse join => join.ErrorCode,
        SyncGroupResponse sync => sync.ErrorCode,
        LeaveGroupResponse leave => leave.ErrorCode,
        OffsetDeleteResponse delete => delete.ErrorCode,
        DescribeGroupsResponse described => described.Groups.Single().ErrorCode,
        ConsumerGroupDescribeResponse described => described.Groups.Single().ErrorCode,
        ListGroupsResponse listed => listed.ErrorCode,
        DeleteGroupsResponse deleted => deleted.Results.Single().ErrorCode,
        IResponseMessage other => throw new InvalidOperationException($"{other.GetType().Name} has no one error."),
    };

    /// <summary>The one offset that an OffsetFetch was answered.</summary>
    public async Task<long> OffsetAsync()
    {
        OffsetFetchResponse response = await AnswerAsync<OffsetFetchResponse>().ConfigureAwait(false);
        Assert.That(response.Groups.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        return response.Groups.Single().Topics.Single().Partitions.Single().CommittedOffset;
    }
}

using System.Text.RegularExpressions;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>
/// A consumer as clients are: what it is told it applies later, what it owns it says when that changed, and when an
/// answer got lost it tells all of itself again. One request is under way at a time.
/// </summary>
internal sealed class SimulatedConsumer(string memberId, string? instanceId, string[]? topics, string? expression)
{
    private PartitionSet? _told;
    private bool _tellsAll;
    private bool _tellsOwned;

    public string MemberId => memberId;

    public string? InstanceId => instanceId;

    /// <summary>What it reads records from.</summary>
    public PartitionSet Owned { get; private set; } = PartitionSet.Empty;

    private int Epoch { get; set; }

    public bool IsSubscribedTo(string topic) => topics?.Contains(topic) == true
        || (expression is { Length: > 0 } && Regex.IsMatch(topic, $"^{expression}$"));

    public void Subscribe(string[]? names, string? regex)
    {
        (topics, expression) = (names ?? [], regex ?? "");
        _tellsAll = true;
    }

    public ConsumerGroupHeartbeatRequest NextRequest()
    {
        bool isFull = _tellsAll || Epoch == ConsumerHeartbeat.Join;
        ConsumerGroupHeartbeatRequest request = Request(MemberId, Epoch, isFull || _tellsOwned ? Owned : null);
        request.InstanceId = InstanceId;
        if (!isFull) return request;
        request.RebalanceTimeoutMs = RebalanceTimeoutMs;
        request.SubscribedTopicNames = topics;
        request.SubscribedTopicRegex = expression;
        return request;
    }

    public void AnswerGotLost() => _tellsAll = true;

    public void Answered(ConsumerGroupHeartbeatResponse response)
    {
        if (response.ErrorCode == ErrorCode.None)
        {
            Epoch = response.MemberEpoch;
            _told = Told(response) ?? _told;
            _tellsAll = _tellsOwned = false;
            return;
        }

        // The last: while it was given up, the group became a classic one.
        Assert.That(response.ErrorCode, Is.AnyOf(
            ErrorCode.FencedMemberEpoch, ErrorCode.UnknownMemberId, ErrorCode.UnreleasedInstanceId,
            ErrorCode.GroupIdNotFound));
        Abandon();
    }

    /// <summary>Stops reading what it was not told, and begins with what it was.</summary>
    public void Apply()
    {
        if (_told is null) return;
        Owned = _told;
        _told = null;
        _tellsOwned = true;
    }

    /// <summary>Closes: it owns nothing when it says that it leaves.</summary>
    public ConsumerGroupHeartbeatRequest LastRequest(int epoch)
    {
        Abandon();
        ConsumerGroupHeartbeatRequest request = Request(MemberId, epoch);
        request.InstanceId = InstanceId;
        return request;
    }

    private void Abandon()
    {
        Owned = PartitionSet.Empty;
        _told = null;
        Epoch = ConsumerHeartbeat.Join;
    }
}

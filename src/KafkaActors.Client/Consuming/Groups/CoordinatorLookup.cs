using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// Which node coordinates the group, as far as is known. It may move at any time: whoever is told so by an answer calls
/// <see cref="Lose"/>, and the question is asked again, with growing pauses. Pure; times are a monotonic clock's.
/// </summary>
internal sealed class CoordinatorLookup(string groupId, Backoff backoff)
{
    private const sbyte GroupKeyType = 0;

    private TimeSpan _askAt;

    /// <summary>Null while it is not known.</summary>
    public NodeId? Node { get; private set; }

    /// <summary>The question is under way.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>When it may be asked; null when it is known, or being asked.</summary>
    public TimeSpan? NextDeadline => Node is null && !IsAsking ? _askAt : null;

    public bool IsDue(TimeSpan now) => NextDeadline <= now;

    public FindCoordinatorRequest Begin()
    {
        IsAsking = true;
        return new FindCoordinatorRequest { KeyType = GroupKeyType, CoordinatorKeys = [groupId] };
    }

    /// <summary>The answer; an error that does not pass comes back, else <see cref="ErrorCode.None"/>.</summary>
    public ErrorCode Learn(FindCoordinatorResponse response, TimeSpan now)
    {
        FindCoordinatorResponse.Coordinator? found =
            response.Coordinators.FirstOrDefault(coordinator => coordinator.Key == groupId);
        ErrorCode error = found?.ErrorCode ?? ErrorCode.CoordinatorNotAvailable;
        if (error != ErrorCode.None)
        {
            Fail(now);
            return error.IsRetriable() ? ErrorCode.None : error;
        }

        IsAsking = false;
        Node = found!.NodeId;
        backoff.Reset();
        return ErrorCode.None;
    }

    /// <summary>There was no answer.</summary>
    public void Fail(TimeSpan now)
    {
        IsAsking = false;
        _askAt = now + backoff.Next();
    }

    /// <summary>The node does not coordinate the group any more, or is gone.</summary>
    public void Lose(TimeSpan now)
    {
        if (Node is null) return;
        Node = null;
        _askAt = now + backoff.Next();
    }
}

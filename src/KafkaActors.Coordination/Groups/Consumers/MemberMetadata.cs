using System.Collections.Immutable;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What a member said of itself, as its record of type 5 says. Immutable. A heartbeat repeats only what has changed;
/// one that changes nothing gives an equal value.
/// </summary>
public sealed record MemberMetadata
{
    public static MemberMetadata None { get; } = new();

    /// <summary>Of a static member; null of a dynamic one.</summary>
    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public GroupClient Client { get; init; } = new("", "");

    /// <summary>How long it may take to give partitions up.</summary>
    public TimeSpan RebalanceTimeout { get; init; }

    public ImmutableSortedSet<string> TopicNames { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>A subscription by <see cref="TopicRegex"/>, besides the names; empty for none.</summary>
    public string TopicRegex { get; init; } = "";

    /// <summary>The assignor it wishes for; null when it has no wish.</summary>
    public string? Assignor { get; init; }

    /// <summary>Of a member that speaks the classic protocol; null of one that speaks the consumer protocol.</summary>
    public ClassicMemberMetadata? Classic { get; init; }

    public MemberMetadata Updated(ConsumerGroupHeartbeatRequest request, GroupClient client) => new()
    {
        InstanceId = request.InstanceId ?? InstanceId,
        RackId = request.RackId ?? RackId,
        Client = client,
        RebalanceTimeout = request.RebalanceTimeoutMs == -1
            ? RebalanceTimeout
            : TimeSpan.FromMilliseconds(request.RebalanceTimeoutMs),
        TopicNames = request.SubscribedTopicNames is { } names ? Named(names) : TopicNames,
        TopicRegex = request.SubscribedTopicRegex ?? TopicRegex,
        Assignor = request.ServerAssignor ?? Assignor,
    };

    /// <summary>As a JoinGroup tells the member; it has no server's assignor and no expression.</summary>
    internal MemberMetadata Joined(in JoinAttempt join, ConsumerProtocolSubscription subscription) => new()
    {
        InstanceId = join.InstanceId ?? InstanceId,
        RackId = subscription.RackId ?? RackId,
        Client = join.Client,
        RebalanceTimeout = join.RebalanceTimeout,
        TopicNames = Named(subscription.Topics),
        Classic = new ClassicMemberMetadata(join.SessionTimeout, join.Request.Protocols),
    };

    /// <summary>Whether the members would be given the same topics. Compares two states of one member.</summary>
    public bool SubscribesAs(MemberMetadata other) =>
        ReferenceEquals(TopicNames, other.TopicNames) && TopicRegex == other.TopicRegex;

    /// <summary>These, as the same object while they are the same names.</summary>
    private ImmutableSortedSet<string> Named(IReadOnlyList<string> names) =>
        TopicNames.SetEquals(names) ? TopicNames : names.ToImmutableSortedSet(StringComparer.Ordinal);
}

using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The topics that a member of a group cares for: those of its own subscription, those of the whole group while it
/// leads, and those that it is assigned by id; what the metadata says of them, which is asked for again while something
/// of it is missing. Owned by one <see cref="MembershipActor"/>.
/// </summary>
internal sealed class GroupTopics(IActorRef cluster, MetadataPace pace, ConsumerSettings settings)
{
    private readonly HashSet<string> _tracked = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private bool _tracksAll;

    public TopicSubscription? Subscription { get; set; }

    /// <summary>Empty while another member leads.</summary>
    public IReadOnlyCollection<string> OfGroup { get; set; } = [];

    /// <summary>Assigned, and not known by their names.</summary>
    public IReadOnlyCollection<TopicId> Unnamed { get; set; } = [];

    /// <summary>This client matches names: every change of metadata may change the subscription.</summary>
    public bool IsMatching => Subscription?.Accepts is not null && !IsMatchedByCoordinator;

    /// <summary>
    /// What to join with; null as long as it is not known what a condition fits, or without a subscription.
    /// </summary>
    public SubscribedTopics? Subscribed => Subscription switch
    {
        { Names: { } names } => SubscribedTopics.Of(names),
        { Pattern: { } pattern } when IsMatchedByCoordinator => new SubscribedTopics([], pattern),
        { Accepts: { } accepts } when _metadata.ListsAll => SubscribedTopics.Of(
            _metadata.Topics.Where(IsReadable).Select(topic => topic.Name!).Where(accepts)),
        _ => null,
    };

    public KnownTopics Known => new(PartitionCounts, Unnamed.Count == 0 ? NoNames : Names());

    private static Dictionary<TopicId, string> NoNames { get; } = [];

    private bool IsMatchedByCoordinator =>
        settings.GroupProtocol == GroupProtocol.Consumer && Subscription?.Pattern is not null;

    private Dictionary<string, int> PartitionCounts => OfGroup
        .Select(_metadata.Topic).OfType<MetadataResponse.MetadataTopic>()
        .ToDictionary(topic => topic.Name!, topic => topic.Partitions.Count);

    private bool IsIncomplete => OfGroup.Any(topic => _metadata.Topic(topic)?.ErrorCode != ErrorCode.None)
        || (Unnamed.Count > 0 && Names().Count < Unnamed.Count);

    public IActorRef? Connection(NodeId node) => _metadata.Connection(node);

    public void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        if (!IsIncomplete) pace.Reset();
    }

    public void Refresh() => pace.Refresh();

    /// <summary>Has the cluster's metadata hold what is cared for now.</summary>
    public void Track()
    {
        if (IsIncomplete) pace.AskLater();
        // Of a topic that the coordinator has matched, this client has nothing but the id.
        bool isPattern = Subscription?.Accepts is not null;
        if (isPattern != _tracksAll) cluster.Tell(new ClusterProtocol.TrackAll(_tracksAll = isPattern));
        HashSet<string> wanted = [.. Subscription?.Names ?? [], .. OfGroup];
        if (_tracked.SetEquals(wanted)) return;
        string[] gone = [.. _tracked.Except(wanted)];
        string[] added = [.. wanted.Except(_tracked)];
        if (gone.Length > 0) cluster.Tell(new ClusterProtocol.Untrack(gone));
        // What others subscribe to is for them to create, or was deleted.
        ILookup<bool, string> byOwner = added.ToLookup(topic => Subscription?.Names?.Contains(topic) == true);
        if (byOwner[true].Any())
            cluster.Tell(new ClusterProtocol.Track([.. byOwner[true]], settings.AllowAutoCreateTopics));
        if (byOwner[false].Any()) cluster.Tell(new ClusterProtocol.Track([.. byOwner[false]], false));
        _tracked.Clear();
        _tracked.UnionWith(wanted);
    }

    private bool IsReadable(MetadataResponse.MetadataTopic topic) =>
        topic.ErrorCode == ErrorCode.None && !(topic.IsInternal && settings.ExcludeInternalTopics);

    private Dictionary<TopicId, string> Names()
    {
        HashSet<TopicId> wanted = [.. Unnamed];
        return _metadata.Topics.Where(topic => wanted.Contains(topic.TopicId))
            .ToDictionary(topic => topic.TopicId, topic => topic.Name!);
    }
}

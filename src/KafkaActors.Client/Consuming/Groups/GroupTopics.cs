using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The topics that a member of a group cares for: those of its own subscription, and those of the whole group while it
/// leads; what the metadata says of them, which is asked for again while one of them does not exist. Owned by one
/// <see cref="GroupActor"/>.
/// </summary>
internal sealed class GroupTopics(IActorRef cluster, MetadataPace pace, bool allowAutoCreation)
{
    private readonly HashSet<string> _tracked = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private bool _tracksAll;

    public TopicSubscription? Subscription { get; set; }

    /// <summary>Empty while another member leads.</summary>
    public IReadOnlyCollection<string> OfGroup { get; set; } = [];

    public bool IsPattern => Subscription?.Accepts is not null;

    /// <summary>
    /// The topics to join with; null as long as it is not known what a condition fits, or without any.
    /// </summary>
    public IReadOnlyList<string>? Subscribed => Subscription switch
    {
        { Names: { } names } => names,
        { Accepts: { } accepts } when _metadata.ListsAll =>
            [.. _metadata.Topics.Where(topic => topic.ErrorCode == ErrorCode.None && !topic.IsInternal)
                .Select(topic => topic.Name!).Where(accepts)],
        _ => null,
    };

    /// <summary>0 for a topic that does not exist; a topic of which nothing is known yet is left out.</summary>
    public IReadOnlyDictionary<string, int> PartitionCounts => OfGroup
        .Select(_metadata.Topic).OfType<MetadataResponse.MetadataTopic>()
        .ToDictionary(topic => topic.Name!, topic => topic.Partitions.Count);

    public IActorRef? Connection(NodeId node) => _metadata.Connection(node);

    public void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        if (OfGroup.All(topic => metadata.Topic(topic)?.ErrorCode == ErrorCode.None)) pace.Reset();
    }

    public void Refresh() => pace.Refresh();

    /// <summary>Has the cluster's metadata hold what is cared for now.</summary>
    public void Track()
    {
        if (OfGroup.Any(topic => _metadata.Topic(topic)?.ErrorCode != ErrorCode.None)) pace.AskLater();
        if (IsPattern != _tracksAll) cluster.Tell(new ClusterProtocol.TrackAll(_tracksAll = IsPattern));
        HashSet<string> wanted = [.. Subscription?.Names ?? [], .. OfGroup];
        if (_tracked.SetEquals(wanted)) return;
        string[] gone = [.. _tracked.Except(wanted)];
        string[] added = [.. wanted.Except(_tracked)];
        if (gone.Length > 0) cluster.Tell(new ClusterProtocol.Untrack(gone));
        if (added.Length > 0) cluster.Tell(new ClusterProtocol.Track(added, allowAutoCreation));
        _tracked.Clear();
        _tracked.UnionWith(wanted);
    }
}

using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The nodes that follow the controller, and what was last sent to each: what is committed goes to all of them at once,
/// and whoever asks from elsewhere is sent what it lacks. A node that has been silent is forgotten. Owned by the
/// <see cref="ControllerActor"/>.
/// </summary>
internal sealed class CommittedFeed(FragmentedDelivery delivery, IActorRef self, TimeProvider clock)
{
    private static readonly TimeSpan Silence = 10 * MetadataFollower.KeepAlive;

    private readonly Dictionary<IActorRef, Node> _nodes = [];

    public void Follow(ControllerQuorum quorum, IActorRef follower, MetadataOffset from)
    {
        if (!_nodes.TryGetValue(follower, out Node? node)) _nodes.Add(follower, node = new Node());
        node.LastHeard = clock.GetTimestamp();
        if (from > quorum.CommittedOffset) return;
        if (quorum.CommittedFrom(from) is { } entries)
            delivery.Tell(follower, new ControllerProtocol.Fed(entries), self);
        else
            delivery.Tell(follower, new ControllerProtocol.FedSnapshot(Snapshot(quorum)), self);
    }

    public void Push(ImmutableArray<MetadataEntry> entries)
    {
        var fed = new ControllerProtocol.Fed(entries);
        foreach ((IActorRef follower, Node node) in _nodes.ToArray())
            if (clock.GetElapsedTime(node.LastHeard) > Silence) _nodes.Remove(follower);
            else delivery.Tell(follower, fed, self);
    }

    private static LogSnapshot Snapshot(ControllerQuorum quorum)
    {
        MetadataImage image = quorum.CommittedImage;
        return LogSnapshot.Of(image, new LogPosition(image.ControllerEpoch, image.Offset));
    }

    private sealed class Node
    {
        public long LastHeard { get; set; }
    }
}

using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Hosting.NodeEffect;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// A node's way from the first metadata to serving and to its end, as a pure core: told of images and outcomes it
/// answers what to do. What is the case it reads from the image alone; an answer only tells why something is not.
/// So requests can be lost, repeated and reordered. Owned by the guardian.
/// <code>
/// Following -> Registering -> Recovering -> Unfencing -> Serving -> HandingOver -> Ended
///                                               ^-----------'  (fenced while alive)
/// Every phase -> Ended (another incarnation, another cluster, refused for good); every phase -> HandingOver (stop).
/// </code>
/// </summary>
internal sealed class NodeLifecycle(BrokerRegistration registration)
{
    private static readonly NodeEffect[] None = [];

    private BrokerEpoch _epoch = BrokerEpoch.None;
    private MetadataOffset _recoverUpTo = MetadataOffset.None;
    private bool _isRemembered;
    private bool _isRecovered;

    public NodePhase Phase { get; private set; } = NodePhase.Following;

    /// <summary>Why the controller has not done what was asked last; null while it has said nothing.</summary>
    public string? LastRefusal { get; private set; }

    public IReadOnlyList<NodeEffect> OnImage(MetadataImage image)
    {
        if (Phase == NodePhase.Ended || !image.IsFormed) return None;
        if (!IsOfOurCluster(image))
        {
            return End(new Fail(
                $"the data directory belongs to cluster {registration.ClusterId}, the seeds to {image.ClusterId}; "
                + "give another directory with --data, or the seeds of its own cluster"));
        }

        BrokerImage? self = image.Broker(registration.Node);
        bool isOurs = IsRegisteredIn(image);
        if (_epoch != BrokerEpoch.None && !isOurs)
        {
            return Phase == NodePhase.HandingOver
                ? End(new HandedOver())
                : End(new Fail(self is null
                    ? $"node {registration.Node} was unregistered; it registers again when it is started"
                    : $"another process has registered as node {registration.Node}; give each its own node.id"));
        }

        return Advance(image, isOurs ? self : null);
    }

    public bool IsOfOurCluster(MetadataImage image) =>
        registration.ClusterId.Length == 0 || registration.ClusterId == image.ClusterId;

    /// <summary>Whether the image is of our cluster and this process is the node in it.</summary>
    public bool IsRegisteredIn(MetadataImage image) => image.IsFormed && IsOfOurCluster(image)
        && image.Broker(registration.Node)?.Incarnation == registration.Incarnation;

    public IReadOnlyList<NodeEffect> OnRemembered()
    {
        _isRemembered = true;
        return Unfencing();
    }

    public IReadOnlyList<NodeEffect> OnRecovered()
    {
        _isRecovered = true;
        return Unfencing();
    }

    /// <summary>The controller refused what was asked, or could not be asked.</summary>
    public IReadOnlyList<NodeEffect> OnRefused(ErrorCode error, string? message)
    {
        LastRefusal = message ?? error.ToString();
        bool isFinal = error is ErrorCode.InconsistentClusterId or ErrorCode.InvalidRegistration
            or ErrorCode.UnsupportedVersion;
        return isFinal && Phase != NodePhase.Ended
            ? End(new Fail($"node {registration.Node} cannot join the cluster: {LastRefusal}"))
            : None;
    }

    /// <summary>Asks again for what the phase waits for.</summary>
    public IReadOnlyList<NodeEffect> OnRetry() => Phase switch
    {
        NodePhase.Registering => [new Register(registration)],
        NodePhase.Recovering when !_isRecovered => [new Recover(_recoverUpTo)],
        NodePhase.Unfencing => [new Unfence(_epoch)],
        NodePhase.HandingOver => [new HandOver(_epoch)],
        _ => None,
    };

    public IReadOnlyList<NodeEffect> OnStop()
    {
        if (Phase is NodePhase.HandingOver or NodePhase.Ended) return None;
        if (_epoch == BrokerEpoch.None) return End(new HandedOver());
        Phase = NodePhase.HandingOver;
        return [new HandOver(_epoch)];
    }

    private NodeEffect[] Advance(MetadataImage image, BrokerImage? self)
    {
        switch (Phase)
        {
            case NodePhase.Following:
                Phase = NodePhase.Registering;
                return [new Register(registration)];
            case NodePhase.Registering when self is not null:
                _epoch = self.Epoch;
                _recoverUpTo = image.Offset;
                Phase = NodePhase.Recovering;
                return [new Remember(image.ClusterId, _epoch), new Recover(_recoverUpTo)];
            case NodePhase.Unfencing when self is { IsFenced: false }:
                Phase = NodePhase.Serving;
                LastRefusal = null;
                return [new Ready()];
            case NodePhase.Serving when self is { IsFenced: true }:
                Phase = NodePhase.Unfencing;
                return [new Unfence(_epoch)];
            case NodePhase.HandingOver when self is { IsActive: false }:
                return End(new HandedOver());
            default:
                return None;
        }
    }

    private NodeEffect[] Unfencing()
    {
        if (Phase != NodePhase.Recovering || !_isRemembered || !_isRecovered) return None;
        Phase = NodePhase.Unfencing;
        return [new Unfence(_epoch)];
    }

    private NodeEffect[] End(NodeEffect last)
    {
        Phase = NodePhase.Ended;
        return [last];
    }
}

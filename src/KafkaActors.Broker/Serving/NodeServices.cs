using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// What doors and handlers of a node share between a request and its partition. Everything here may be used from any
/// thread.
/// </summary>
internal sealed class NodeServices(
    NodeId node,
    FrontDoorSettings settings,
    TopicSettings topics,
    PartitionRegistry partitions,
    Func<MetadataImage> image,
    TimeProvider clock)
{
    /// <summary>Beyond the time that the asked one limits itself to: its answer is on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public NodeId Node => node;

    public FrontDoorSettings Settings => settings;

    /// <summary>How topics come when the request does not say.</summary>
    public TopicSettings Topics => topics;

    public PartitionRegistry Partitions => partitions;

    /// <summary>This node's metadata, as far as it has followed the log.</summary>
    public MetadataImage Image => image();

    public LeaderLookup Leaders { get; } = new(partitions, image);

    /// <summary>The way of clients' changes to the controller and back.</summary>
    public MetadataChanges Changes =>
        field ??= new(
            Controller,
            Metadata,
            new TopicReadiness(node, partitions, image, clock),
            settings.AdminMaxTimeout,
            clock);

    public TimeProvider Clock => clock;

    /// <summary>Where records and offsets are read that may have to come from the disk.</summary>
    public required Bulkhead ColdReads { get; init; }

    /// <summary>Where batches are opened that take long.</summary>
    public required Bulkhead Compression { get; init; }

    public required TopicConfigDefaults TopicDefaults { get; init; }

    /// <summary>Why an operation is not for a topic, or null; see <see cref="TopicOperations"/>.</summary>
    public TopicRefusal? Refusal(TopicOperation operation, MetadataImage image, string topic) =>
        TopicOperations.Refusal(operation, image, node, topic, TopicDefaults);

    /// <summary>The node's settings, for a description of this broker.</summary>
    public required IReadOnlyList<BrokerConfigEntry> BrokerConfigs { get; init; }

    /// <summary>What holds for groups that set nothing for themselves.</summary>
    public GroupSettings Groups { get; init; } = GroupSettings.Default;

    /// <summary>This node's <see cref="ControllerProxy"/>, or whoever takes its requests.</summary>
    public required IActorRef Controller { get; init; }

    /// <summary>This node's <see cref="MetadataFollower"/>.</summary>
    public required IActorRef Metadata { get; init; }

    /// <summary>Nodes that are known to have gone, see <see cref="DepartedNodes"/>.</summary>
    public Func<MetadataImage, IReadOnlySet<NodeId>> Departed { get; init; } = _ => ImmutableHashSet<NodeId>.Empty;

    /// <summary>What is said of partitions whose leaders have just gone.</summary>
    public LeaderSuccession Succession => field ??= new(Departed, image, Metadata, clock);

    /// <summary>The node's <see cref="ProducerIdSource"/>.</summary>
    public IActorRef ProducerIds { get; init; } = ActorRefs.Nobody;

    /// <summary>The node itself, as it tells a client of its own kind (<c>akka.tcp://…</c>).</summary>
    public string? AkkaAddress => Image.Broker(node)?.AkkaAddress;

    /// <summary>Asks one of the node's actors, here at the edge.</summary>
    /// <exception cref="TimeoutException">It did not answer in its time; Akka's own is another.</exception>
    public static async Task<T> AskAsync<T>(IActorRef actor, object command, TimeSpan timeout)
        where T : class
    {
        try
        {
            return await actor.Ask<T>(command, timeout + Grace).ConfigureAwait(false);
        }
        catch (AskTimeoutException cause)
        {
            throw new TimeoutException($"{typeof(T).Name} was not answered in {timeout}", cause);
        }
    }

    /// <summary>
    /// Where clients of a listener find a node; null while it has no such listener, or is not in service.
    /// </summary>
    public BrokerEndpoint? EndpointOf(NodeId id, string listener) =>
        Image.Broker(id) is { IsActive: true } broker ? EndpointOf(broker, listener) : null;

    public static BrokerEndpoint? EndpointOf(BrokerImage broker, string listener)
    {
        foreach (BrokerEndpoint endpoint in broker.Listeners)
        {
            if (endpoint.Name == listener) return endpoint;
        }

        return null;
    }
}

using System.Globalization;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// What a serving controller does: it judges what brokers ask by the real decisions, fences those it has not heard, and
/// creates the topic.
/// </summary>
internal sealed class ControllerDuties(SimCluster cluster, SimController controller)
{
    private const int SilenceMs = 900;
    private const string Topic = "topic";

    private readonly Dictionary<NodeId, long> _heard = [];
    private readonly SimOperator _operator = new(
        cluster, controller.Quorum, change => controller.Propose([change]));
    private int _proposed;

    public void Begin()
    {
        foreach (SimNode node in cluster.Nodes) _heard[node.Id] = cluster.World.Now;
        if (cluster.Shape.HasBrokers)
            controller.Decide(
                image => BrokerDecisions.Reconcile(image, _ => true, SimCluster.Policy),
                _ => { });
    }

    public void Tick()
    {
        _operator.Tick();
        if (cluster.Shape.HasBrokers)
        {
            FenceTheSilent();
            CreateTopic();
        }
        else if (cluster.IsTroubled && cluster.World.Chance(0.5))
        {
            ProposeSomething();
        }
    }

    public void Register(BrokerRegistration registration, Action<BrokerResult> answer)
    {
        bool isPreviousAlive = cluster.World.Now - _heard.GetValueOrDefault(registration.Node) < SilenceMs / 4;
        controller.Decide(
            image => RegistrationDecisions.Register(image, registration, isPreviousAlive),
            result =>
            {
                if (result.Error == ErrorCode.None) _heard[registration.Node] = cluster.World.Now;
                answer(result);
            });
    }

    /// <summary>A broker that is ready says so with every heartbeat.</summary>
    public void Heartbeat(
        NodeId node, BrokerEpoch epoch, IReadOnlyList<ReplicaLogEnd> ends, Action<BrokerResult> answer) =>
        controller.Decide(
        image =>
        {
            if (image.Broker(node)?.Epoch == epoch) _heard[node] = cluster.World.Now;
            return BrokerDecisions.Unfence(image, node, epoch, ends);
        },
        result => answer(result));

    public void ProposeIsr(IsrProposal proposal, Action<ErrorCode> answer) => controller.Decide(
        image => IsrDecisions.Propose(image, proposal, cluster.Bugs.Decisions),
        error => answer(error));

    private void FenceTheSilent()
    {
        foreach (SimNode node in cluster.Nodes)
            if (cluster.World.Now - _heard.GetValueOrDefault(node.Id) > SilenceMs)
                controller.Decide(
                    image => image.Broker(node.Id) is { IsFenced: false } broker
                        ? BrokerDecisions.Fence(image, node.Id, broker.Epoch)
                        : new Decision<BrokerResult>([], new BrokerResult(ErrorCode.None, null, BrokerEpoch.None)),
                    _ => { });
    }

    private void CreateTopic() => controller.Decide(
        image =>
        {
            int active = image.Brokers.Values.Count(broker => broker.IsActive);
            if (image.Topic(Topic) is not null || active < cluster.Shape.Nodes)
                return new Decision<IReadOnlyList<TopicResult>>([], []);
            var configs = new Dictionary<string, string>
            {
                [TopicConfigs.MinInSyncReplicas] =
                    cluster.Shape.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture),
            };
            var topic = new NewTopic(Topic, 1, (short)cluster.Shape.ReplicationFactor, [], configs);
            return TopicDecisions.Create(image, [topic], SimCluster.Policy, cluster.World.Random);
        },
        _ => { });

    private void ProposeSomething() => controller.Propose(
        [new MetadataEvent.ConfigChanged(ConfigResource.AllBrokers, "count", $"{controller} {++_proposed}")]);
}

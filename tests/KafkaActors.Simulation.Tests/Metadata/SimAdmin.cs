using System.Globalization;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// A person at any of the nodes: creates the topic once all brokers are there, and in a cluster without brokers changes
/// a setting again and again, and asks for what changes nothing.
/// </summary>
internal sealed class SimAdmin(SimCluster cluster)
{
    private const string Topic = "topic";
    private const int PaceMs = 60;

    private int _changes;
    private bool _isCreating;

    public void Start() => cluster.World.After(cluster.World.Between(PaceMs / 2, PaceMs * 2), () =>
    {
        if (cluster.World.Pick(cluster.Nodes) is { Process: { } process, IsPaused: false })
        {
            if (cluster.Shape.HasBrokers) CreateTopic(process);
            else if (cluster.IsTroubled) AskSomething(process);
        }

        Start();
    });

    private void CreateTopic(SimProcess process)
    {
        MetadataImage image = process.Follower.Image;
        int active = image.Brokers.Values.Count(broker => broker.IsActive);
        if (_isCreating || image.Topic(Topic) is not null || active < cluster.Shape.Nodes) return;
        var configs = new Dictionary<string, string>
        {
            [TopicConfigs.MinInSyncReplicas] = cluster.Shape.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture),
        };
        var topic = new NewTopic(Topic, 1, (short)cluster.Shape.ReplicationFactor, [], configs);
        _isCreating = true;
        process.Follower.Ask(
            new ControllerProtocol.CreateTopics(0, [topic], ValidateOnly: false), _ => _isCreating = false);
        // Its process may die; what it asked for is then nobody's.
        cluster.World.After(2000, () => _isCreating = false);
    }

    private void AskSomething(SimProcess process)
    {
        if (cluster.World.Chance(0.4))
        {
            process.Follower.Ask(new ControllerProtocol.DeleteTopics(0, ["none"]), _ => { });
            return;
        }

        string value = (45_000 + (++_changes % 10_000)).ToString(CultureInfo.InvariantCulture);
        var change = new ConfigChangeRequest(GroupConfigs.ConsumerSessionTimeoutMs, ConfigOperation.Set, value);
        var group = new ResourceChangeRequest(ConfigResource.Group("group"), [change]);
        process.Follower.Ask(new ControllerProtocol.AlterConfigs(0, [group], ValidateOnly: false), _ => { });
    }
}

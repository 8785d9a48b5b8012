using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Chooses the nodes of new partitions among the active brokers. A topic's partitions are spread evenly first; among
/// brokers with equally many of them, those with fewer replicas in all come first, and chance decides the rest. The
/// leader is the chosen node that leads fewest of them.
/// </summary>
internal sealed class PartitionPlacement
{
    private readonly List<Load> _loads;

    public PartitionPlacement(MetadataImage image, TopicImage? topic, Random random)
    {
        _loads = [.. image.Brokers.Values.Where(broker => broker.IsActive).OrderBy(broker => broker.Node)
            .Select(broker => new Load(broker.Node, image.HostedBy(broker.Node).Count, random.Next()))];
        if (topic is null) return;
        foreach (PartitionImage partition in topic.Partitions)
            foreach (Load load in _loads)
                if (partition.Replicas.Contains(load.Node)) load.Take(leads: partition.Replicas[0] == load.Node);
    }

    public int BrokerCount => _loads.Count;

    /// <summary>The replicas of the next partition, the preferred leader first.</summary>
    public ImmutableArray<NodeId> Next(int replicationFactor)
    {
        _loads.Sort(static (left, right) => left.CompareTo(right));
        Load[] chosen = [.. _loads.Take(replicationFactor).OrderBy(load => load.Leaders)];
        for (int i = 0; i < chosen.Length; i++) chosen[i].Take(leads: i == 0);
        return [.. chosen.Select(load => load.Node)];
    }

    private sealed class Load(NodeId node, int replicas, int chance)
    {
        private int _ofTopic;

        public NodeId Node { get; } = node;

        public int Leaders { get; private set; }

        public void Take(bool leads)
        {
            _ofTopic++;
            if (leads) Leaders++;
        }

        public int CompareTo(Load other) =>
            (_ofTopic, replicas, chance, Node).CompareTo((other._ofTopic, other.Replicas, other.Chance, other.Node));

        private int Replicas => replicas;

        private int Chance => chance;
    }
}

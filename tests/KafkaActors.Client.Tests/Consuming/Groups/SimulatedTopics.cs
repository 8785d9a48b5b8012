using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>The topics of a simulated cluster, as its coordinator and as its clients see them.</summary>
internal sealed class SimulatedTopics
{
    private static readonly NodeId Node = new(1);

    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public KnownTopics Known => new(
        Image.Topics.Values.ToDictionary(topic => topic.Name, topic => topic.Partitions.Count),
        Image.Topics.Values.ToDictionary(topic => topic.Id, topic => topic.Name));

    public IEnumerable<TopicPartition> Partitions => Image.Topics.Values.SelectMany(topic =>
        Enumerable.Range(0, topic.Partitions.Count).Select(index => new TopicPartition(topic.Name, index)));

    public void Add(string name, int partitions)
    {
        Apply(new TopicCreated(new TopicId(new Guid(name[0], 0, 0, new byte[8])), name));
        for (int i = 0; i < partitions; i++) AddPartition(name);
    }

    public void AddPartition(string name)
    {
        TopicImage topic = Image.Topic(name)!;
        Apply(new PartitionAdded(
            new TopicIdPartition(topic.Id, topic.Partitions.Count),
            [Node],
            Node,
            new LeaderEpoch(0),
            new PartitionEpoch(0),
            [Node],
            []));
    }

    private void Apply(MetadataEvent change) => Image = Image.Apply([change], Image.Offset.Next());
}

using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Metadata;

/// <summary>Puts images together for tests, one event an offset.</summary>
internal sealed class ImageBuilder
{
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public List<MetadataEntry> Entries { get; } = [];

    public static TopicId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    public static DirectoryId Directory(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 2]));

    public static TopicIdPartition Partition(int topic, int partition) => new(Id(topic), partition);

    public static ImmutableArray<NodeId> Nodes(params int[] nodes) => [.. nodes.Select(node => new NodeId(node))];

    public ImageBuilder With(params MetadataEvent[] events)
    {
        var entry = new MetadataEntry(Image.Offset.Next(), 1, [.. events]);
        Image = Image.Apply(entry);
        Entries.Add(entry);
        return this;
    }

    public ImageBuilder Formed() => With(new ClusterFormed("cluster", [new Voter(new NodeId(1), Directory(1))]));

    /// <summary>A registered broker, unfenced unless said otherwise.</summary>
    public ImageBuilder Broker(int node, bool fenced = false, string bootId = "boot", int incarnation = 0)
    {
        var registered = new BrokerRegistered(
            new NodeId(node), BrokerEpoch.None, new Guid(node, (short)incarnation, 0, new byte[8]), bootId,
            $"akka.tcp://kafka-actors@127.0.0.1:{4000 + node}", BrokerRoles.Broker, true, false, [Directory(node)],
            [])
        {
            Versions = MetadataVersion.Supported,
        };
        if (Image.MetadataVersion == MetadataVersion.Newest) With(registered);
        else With(new MetadataVersionChanged(MetadataVersion.Newest), registered);
        return fenced ? this : With(new BrokerUnfenced(new NodeId(node), EpochOf(node)));
    }

    public ImageBuilder Topic(int topic, string name, params int[][] replicasOfEach)
    {
        var events = new List<MetadataEvent> { new TopicCreated(Id(topic), name) };
        for (int i = 0; i < replicasOfEach.Length; i++)
        {
            ImmutableArray<NodeId> replicas = Nodes(replicasOfEach[i]);
            events.Add(new PartitionAdded(
                Partition(topic, i), replicas, replicas[0], new LeaderEpoch(0), new PartitionEpoch(0), replicas, []));
        }

        return With([.. events]);
    }

    public BrokerEpoch EpochOf(int node) => Image.Broker(new NodeId(node))!.Epoch;
}

using System.Collections.Immutable;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Partitions;

public sealed class OfflineReplicasTests
{
    private static readonly NodeId Self = new(1);
    private static readonly TopicIdPartition Id = new(new TopicId(new Guid(1, 2, 3, new byte[8])), 0);

    [TestCase(false, true)]
    [TestCase(true, false, Description = "nobody else can lead, and its log stays in the ISR")]
    public void A_failed_log_is_reported_until_the_metadata_says_that_it_is_bad(bool isKnown, bool isReported)
    {
        ImmutableArray<NodeId> replicas = [Self, new NodeId(2)];
        var added = new MetadataEvent.PartitionAdded(
            Id, replicas, NodeId.None, new LeaderEpoch(1), new PartitionEpoch(1), replicas, [])
        {
            States = isKnown ? new ReplicaStates { Failed = [Self] } : ReplicaStates.None,
        };
        MetadataEvent[] events =
        [
            .. ReplicaManagerTest.Registered(Self, Guid.Empty, at: 0),
            new MetadataEvent.TopicCreated(Id.TopicId, "test"),
            added,
        ];
        var offline = new OfflineReplicas(Self);
        offline.Add(Id);
        Assert.That(
            offline.NextReport(MetadataImage.Empty.Apply(events, new MetadataOffset(0))) is not null,
            Is.EqualTo(isReported));
    }
}

using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Coordinators.CoordinatedPartitionState;

namespace KafkaActors.Coordination.Tests.Coordinators;

public sealed class CoordinatorStatusTests
{
    [Test]
    public void It_is_settled_when_each_partition_is_served_or_known_not_to_be_readable()
    {
        CoordinatorStatus status = CoordinatorStatus.Starting("t", new CoordinatorEpoch(1))
            .With(0, CoordinatedPartitionStatus.Initial)
            .With(1, CoordinatedPartitionStatus.Initial);
        Assert.That((status.Loaded, status.IsSettled), Is.EqualTo((0, false)));

        status = status.With(0, new CoordinatedPartitionStatus(Serving, null, 10, 3, 0));
        Assert.That((status.Loaded, status.IsSettled, status.Records, status.Keys), Is.EqualTo((1, false, 10L, 3L)));

        status = status.With(1, new CoordinatedPartitionStatus(Failed, "offline", 0, 0, 0));
        Assert.That((status.Loaded, status.IsSettled, status.Partitions.Length), Is.EqualTo((1, true, 2)));
    }
}

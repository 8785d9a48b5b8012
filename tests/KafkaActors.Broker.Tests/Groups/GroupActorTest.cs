using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>Base of fixtures of one group's actor; its parent is a probe.</summary>
public abstract class GroupActorTest : GroupTest
{
    internal const string GroupId = "group";
    internal static readonly CoordinatorEpoch CoordinatorEpoch = new(4);

    protected GroupActorTest() => Coordinator = CreateTestProbe("coordinator");

    internal TestProbe Coordinator { get; }

    internal int MaxBatchBytes { get; set; } = 1_048_588;

    internal IActorRef Start(params GroupRecord[] records)
    {
        var context = new GroupContext(
            CoordinatorEpoch,
            new OffsetsAppender(Partitions, Region.Ref, () => Image, Clock, AppendTimeout),
            new GroupServices(GroupSettings.Default, Guid.NewGuid) { MaxBatchBytes = () => MaxBatchBytes },
            new GroupClock(Clock),
            () => Image);
        return Coordinator.ChildActorOf(Props.Create(() => new GroupActor(
            context, GroupId, new TopicIdPartition(OffsetsTopicId, 0), records)));
    }

    internal OpenCall Commit(IActorRef group, long offset) =>
        Ask(group, GroupId, GroupRequests.Commit(GroupId, offset));

    internal OpenCall Fetch(IActorRef group) => Ask(group, GroupId, GroupRequests.Fetch(GroupId));
}

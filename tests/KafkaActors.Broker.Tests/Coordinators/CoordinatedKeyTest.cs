using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>Base of fixtures of one key's actor, which is a group; its parent is a probe.</summary>
public abstract class CoordinatedKeyTest : GroupTest
{
    internal const string GroupId = "group";

    protected CoordinatedKeyTest() => Partition = CreateTestProbe("partition");

    internal TestProbe Partition { get; }

    internal IActorRef Start(params CoordinatorRecord[] records)
    {
        CoordinatorServices services = Services(new CoordinatorDoor(Tenant, Self, () => Image));
        var context = new CoordinatorContext(
            new CoordinatorEpoch(4), services, services.Appender(), new CoordinatorClock(Clock));
        IActorRef partition = Partition.Ref;
        return Partition.ChildActorOf(Props.Create(() => new CoordinatedKeyActor(
            context, GroupId, 0, records, (key, id, wanted) => partition.Tell(new Wanted(id, wanted), key))));
    }

    internal OpenCall Commit(IActorRef group, long offset) =>
        Ask(group, GroupId, GroupRequests.Commit(GroupId, offset));

    internal OpenCall Fetch(IActorRef group) => Ask(group, GroupId, GroupRequests.Fetch(GroupId));

    internal async Task<KeyAppend> NextOfKey()
    {
        Wanted wanted = await Partition.ExpectMsgAsync<Wanted>().ConfigureAwait(false);
        return new KeyAppend(wanted, Partition.Sender);
    }

    internal sealed record Wanted(long Id, IReadOnlyList<CoordinatorRecord> Records)
        : INoSerializationVerificationNeeded;

    /// <summary>What the key wants appended, and who waits for the answer.</summary>
    internal sealed record KeyAppend(Wanted Append, IActorRef From)
    {
        public IReadOnlyList<CoordinatorRecord> Records => Append.Records;

        public void Answer(ErrorCode error = ErrorCode.None) =>
            From.Tell(new CoordinatorProtocol.Appended(Append.Id, error));
    }
}

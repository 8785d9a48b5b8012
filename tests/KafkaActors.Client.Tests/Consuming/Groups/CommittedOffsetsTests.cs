using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>How a member asks where its group stands.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommittedOffsetsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly GroupIdentity Classic = new("g", null, "me", 4);
    private static readonly GroupIdentity Consumer = Classic with { IsOfConsumerProtocol = true };

    [Test]
    public void Only_a_member_of_a_consumer_group_says_who_asks()
    {
        OffsetFetchRequest.OffsetFetchGroup classic = Ask(Classic).Groups.Single();
        OffsetFetchRequest.OffsetFetchGroup consumer = Ask(Consumer).Groups.Single();
        Assert.That((classic.MemberId, classic.MemberEpoch), Is.EqualTo(((string?)null, -1)));
        Assert.That((consumer.MemberId, consumer.MemberEpoch), Is.EqualTo(((string?)"me", 4)));
    }

    [TestCase(ErrorCode.StaleMemberEpoch)]
    [TestCase(ErrorCode.UnknownMemberId)]
    [TestCase(ErrorCode.UnstableOffsetCommit)]
    [TestCase(ErrorCode.CoordinatorLoadInProgress)]
    public void An_error_that_passes_is_waited_out(ErrorCode error)
    {
        CommittedOffsets offsets = Wanting();
        OffsetFetchRequest request = offsets.Next(Consumer, TimeSpan.Zero)!;
        var refusal = new OffsetFetchResponse
        {
            Groups = [new OffsetFetchResponse.OffsetFetchGroup { GroupId = "g", ErrorCode = error }],
        };
        Assert.That(offsets.Answered(request, refusal, TimeSpan.Zero).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(offsets.Next(Consumer, TimeSpan.Zero), Is.Null);
        Assert.That(
            offsets.Next(Consumer with { Generation = 5 }, Second)!.Groups.Single().MemberEpoch, Is.EqualTo(5));
    }

    private static OffsetFetchRequest Ask(GroupIdentity self) => Wanting().Next(self, TimeSpan.Zero)!;

    private static CommittedOffsets Wanting()
    {
        var coordinator = new CoordinatorLookup("g", new Backoff(Second, Second));
        coordinator.Begin();
        var found = new FindCoordinatorResponse.Coordinator { Key = "g", NodeId = new NodeId(1) };
        coordinator.Learn(new FindCoordinatorResponse { Coordinators = [found] }, TimeSpan.Zero);
        var offsets = new CommittedOffsets(coordinator, new Backoff(Second, Second));
        offsets.Want(Partitions("tp0"));
        return offsets;
    }
}

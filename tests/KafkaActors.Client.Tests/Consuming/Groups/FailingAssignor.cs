using KafkaActors.Client.Consuming.Groups.Assignors;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>An application's assignor with a fault in one of its methods.</summary>
internal sealed class FailingAssignor(string method) : IConsumerPartitionAssignor
{
    public string Name => "failing";

    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription)
    {
        FailIn(nameof(SubscriptionUserData));
        return null;
    }

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        FailIn(nameof(Assign));
        return group.Members.ToDictionary(member => member.Id, _ => new MemberAssignment([]));
    }

    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata member) => FailIn(nameof(OnAssignment));

    private void FailIn(string called)
    {
        if (called == method) throw new InvalidOperationException($"no {method} today");
    }
}

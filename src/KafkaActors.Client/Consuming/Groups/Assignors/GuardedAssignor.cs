using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// An assignor as a membership calls it. It may be the application's own, so whatever it throws becomes one kind of
/// exception, and what it decides is checked before the whole group gets it.
/// </summary>
internal sealed class GuardedAssignor(IConsumerPartitionAssignor assignor)
{
    public string Name => assignor.Name;

    public RebalanceProtocols SupportedProtocols => assignor.SupportedProtocols;

    /// <exception cref="KafkaException"><see cref="ErrorCode.UnsupportedAssignor"/>: it failed.</exception>
    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription) =>
        Guard(() => assignor.SubscriptionUserData(subscription));

    /// <inheritdoc cref="SubscriptionUserData"/>
    /// <param name="isCooperative">How the group rebalances, whatever else the assignor supports.</param>
    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group, bool isCooperative)
    {
        IReadOnlyDictionary<string, MemberAssignment> assignment = Guard(() => assignor.Assign(group));
        string? fault = AssignmentCheck.Fault(group, assignment, isCooperative);
        return fault is null ? assignment : throw new KafkaException(ErrorCode.UnsupportedAssignor, Message(fault));
    }

    /// <inheritdoc cref="SubscriptionUserData"/>
    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata member) => Guard(() =>
    {
        assignor.OnAssignment(assignment, member);
        return true;
    });

    private T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception thrown)
        {
            string message = Message($"{thrown.GetType().Name}: {thrown.Message}");
            throw new KafkaException(ErrorCode.UnsupportedAssignor, message, thrown);
        }
    }

    private string Message(string fault) => $"The assignor '{Name}' failed: {fault}";
}

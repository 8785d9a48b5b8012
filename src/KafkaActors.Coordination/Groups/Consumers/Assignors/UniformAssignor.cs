namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>
/// As even as the subscriptions allow, and as little moved as that allows. Members keep what they had; what nobody has
/// goes to whoever has least; then partitions move, along the shortest chain of members, from one that has more to one
/// that has at least two less, until there is no such chain. That end is optimal: no assignment has a smaller sum of
/// squares (a cost-optimal semi-matching), so where all are subscribed alike, no two members differ by more than one.
/// A topic's partitions are spread as well: of two topics that could move, the one moves that the giver has more of.
/// </summary>
internal sealed class UniformAssignor : IPartitionAssignor
{
    public string Name => "uniform";

    public IReadOnlyDictionary<string, PartitionSet> Assign(AssignorInput input)
    {
        var balance = new UniformBalance(input);
        var settled = new HashSet<int>();
        while (balance.MostLoaded(settled) is { } giver)
        {
            if (balance.ShortestChain(giver) is { } chain)
                balance.Move(chain);
            else
                // Whatever moves later lies outside of all it can reach, so it stays settled.
                settled.Add(giver);
        }

        return balance.ToAssignment();
    }
}

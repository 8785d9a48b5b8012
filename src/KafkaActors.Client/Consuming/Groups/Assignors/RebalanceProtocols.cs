namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>How the members of a classic group rebalance (KIP-429).</summary>
[Flags]
public enum RebalanceProtocols
{
    None = 0,

    /// <summary>Members give up everything before they join again.</summary>
    Eager = 1,

    /// <summary>
    /// Members keep their partitions while they rebalance, and nobody is given one that another still has: who sees
    /// that a partition is not assigned to it any more gives it up and joins again, and then it is free.
    /// </summary>
    Cooperative = 2,
}

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// What a client may do with a resource, as answers tell it (KIP-430): bit <c>n</c> stands for the operation that has
/// the number <c>n</c> in Kafka's access control lists. Without an authorizer that is every operation which resources
/// of the kind have.
/// </summary>
internal static class AuthorizedOperations
{
    /// <summary>The answer to a request that did not ask; the default of every field of this kind.</summary>
    public const int NotAsked = int.MinValue;

    private static readonly int Topic = Bits(
        Operation.Read, Operation.Write, Operation.Create, Operation.Describe, Operation.Delete, Operation.Alter,
        Operation.DescribeConfigs, Operation.AlterConfigs);

    private static readonly int Group = Bits(
        Operation.Read, Operation.Describe, Operation.Delete, Operation.DescribeConfigs, Operation.AlterConfigs);

    private static readonly int Cluster = Bits(
        Operation.Create, Operation.ClusterAction, Operation.DescribeConfigs, Operation.AlterConfigs,
        Operation.IdempotentWrite, Operation.Alter, Operation.Describe);

    private enum Operation
    {
        Read = 3,
        Write = 4,
        Create = 5,
        Delete = 6,
        Alter = 7,
        Describe = 8,
        ClusterAction = 9,
        DescribeConfigs = 10,
        AlterConfigs = 11,
        IdempotentWrite = 12,
    }

    public static int OfTopic(bool isAsked) => isAsked ? Topic : NotAsked;

    public static int OfGroup(bool isAsked) => isAsked ? Group : NotAsked;

    public static int OfCluster(bool isAsked) => isAsked ? Cluster : NotAsked;

    private static int Bits(params ReadOnlySpan<Operation> operations)
    {
        int bits = 0;
        foreach (Operation operation in operations) bits |= 1 << (int)operation;
        return bits;
    }
}

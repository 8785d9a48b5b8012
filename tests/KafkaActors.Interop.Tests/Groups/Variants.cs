using Confluent.Kafka;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// Configurations of a member with Confluent.Kafka, each a new one: a member completes what it is given.
/// </summary>
internal static class Variants
{
    public static ConsumerConfig Classic() => new();

    public static ConsumerConfig Cooperative() =>
        new() { PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky };

    /// <summary>The protocol of KIP-848: the coordinator assigns.</summary>
    public static ConsumerConfig Consumer() => new() { GroupProtocol = GroupProtocol.Consumer };

    /// <summary>A test's case: the variant, under a name.</summary>
    public static TestCaseData Case(Func<ConsumerConfig> variant, string name) =>
        new TestCaseData(variant).SetArgDisplayNames(name);
}

using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

/// <summary>
/// What happens to brokers in tests, each step decided and committed; partition 0 of topic 1 is looked at.
/// </summary>
internal static class BrokerLife
{
    public static BrokerRegistration Request(int node, int incarnation = 1) => new(
        new NodeId(node), "cluster", new Guid(node, (short)incarnation, 1, new byte[8]), "boot", $"akka://{node}",
        BrokerRoles.Broker, BrokerEpoch.None, [Directory(node)], []);

    /// <summary>Another process of the node, started on what the former one left.</summary>
    public static BrokerRegistration Restarted(this ImageBuilder builder, int node, int incarnation = 2) =>
        Request(node, incarnation) with { StoredEpoch = builder.EpochOf(node) };

    public static BrokerRegistration AfterPowerCut(this ImageBuilder builder, int node, int incarnation = 2) =>
        builder.Restarted(node, incarnation) with { BootId = $"boot after {incarnation}" };

    public static BrokerResult Register(
        this ImageBuilder builder, BrokerRegistration request, Func<BrokerImage, bool>? isHeard = null)
    {
        bool isPreviousAlive = builder.Image.Broker(request.Node) is { IsFenced: false };
        Decision<BrokerResult> decision =
            RegistrationDecisions.Register(builder.Image, request, isPreviousAlive, isHeard);
        if (decision.Events.Count > 0) builder.With([.. decision.Events]);
        return decision.Result;
    }

    public static void Fence(this ImageBuilder builder, params int[] nodes) => builder.With(
        [.. BrokerDecisions.FenceAll(
            builder.Image, nodes.Select(node => builder.Image.Broker(new NodeId(node))!)).Events]);

    public static void Unfence(this ImageBuilder builder, int node) => builder.With(
        [.. BrokerDecisions.Unfence(builder.Image, new NodeId(node), builder.EpochOf(node)).Events]);

    /// <summary>It says how far its log goes.</summary>
    public static void Unfence(this ImageBuilder builder, int node, int lastEpoch, long end) => builder.With(
        [.. BrokerDecisions.Unfence(
            builder.Image, new NodeId(node), builder.EpochOf(node),
            [new ReplicaLogEnd(Partition(1, 0), new LeaderEpoch(lastEpoch), end)]).Events]);

    public static PartitionImage First(this ImageBuilder builder) => builder.Image.Partition(Partition(1, 0))!;

    public static void Expect(
        this ImageBuilder builder, int leader, int leaderEpoch, int partitionEpoch, int[] isr, int[]? eligible = null)
    {
        PartitionImage partition = builder.First();
        Assert.That(
            (partition.Leader.Value, partition.LeaderEpoch.Value, partition.PartitionEpoch.Value),
            Is.EqualTo((leader, leaderEpoch, partitionEpoch)));
        Assert.That(partition.Isr, Is.EqualTo(Nodes(isr)));
        Assert.That(partition.EligibleLeaders, Is.EqualTo(Nodes(eligible ?? [])));
    }
}

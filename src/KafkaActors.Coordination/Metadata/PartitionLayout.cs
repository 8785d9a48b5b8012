using System.Collections.Immutable;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// The bodies of what changes a partition. Version 1 is written only where it says more than version 0 can hold.
/// <code>
/// leadership         int32 leader, int32 leader epoch, int32 partition epoch, ISR (int32), eligible leaders (int32)
/// states             adding, removing, last known eligible (each int32),
///                    suspects (int32 node, int32 last epoch, int64 log end offset), failed (int32), byte recovery
/// PartitionAdded     uuid topic, int32 partition, replicas (int32), leadership; version 1: states
/// PartitionChanged   uuid topic, int32 partition, leadership; version 1: replicas (int32; none: as they were), states
/// </code>
/// </summary>
internal static class PartitionLayout
{
    public const byte Newest = 1;

    public static byte VersionOf(PartitionAdded e) => e.States.IsNone ? (byte)0 : Newest;

    public static byte VersionOf(PartitionChanged e) => e.IsPlain ? (byte)0 : Newest;

    public static void Write(MetadataWriter writer, PartitionAdded e)
    {
        writer.Partition(e.Partition);
        writer.Nodes(e.Replicas);
        WriteLeadership(writer, e.Leader, e.LeaderEpoch, e.PartitionEpoch, e.Isr, e.EligibleLeaders);
        if (!e.States.IsNone) WriteStates(writer, e.States);
    }

    public static void Write(MetadataWriter writer, PartitionChanged e)
    {
        writer.Partition(e.Partition);
        WriteLeadership(writer, e.Leader, e.LeaderEpoch, e.PartitionEpoch, e.Isr, e.EligibleLeaders);
        if (e.IsPlain) return;
        writer.Nodes(e.Replicas);
        WriteStates(writer, e.States);
    }

    public static PartitionAdded ReadAdded(ref MetadataReader reader, byte version)
    {
        var plain = new PartitionAdded(
            reader.Partition(), reader.Nodes(), reader.Node(), new LeaderEpoch(reader.Int32()),
            new PartitionEpoch(reader.Int32()), reader.Nodes(), reader.Nodes());
        return version == 0 ? plain : plain with { States = ReadStates(ref reader) };
    }

    public static PartitionChanged ReadChanged(ref MetadataReader reader, byte version)
    {
        var plain = new PartitionChanged(
            reader.Partition(), reader.Node(), new LeaderEpoch(reader.Int32()), new PartitionEpoch(reader.Int32()),
            reader.Nodes(), reader.Nodes());
        return version == 0 ? plain : plain with { Replicas = reader.Nodes(), States = ReadStates(ref reader) };
    }

    private static void WriteLeadership(
        MetadataWriter writer,
        NodeId leader,
        LeaderEpoch leaderEpoch,
        PartitionEpoch partitionEpoch,
        ImmutableArray<NodeId> isr,
        ImmutableArray<NodeId> eligibleLeaders)
    {
        writer.Int32(leader.Value);
        writer.Int32(leaderEpoch.Value);
        writer.Int32(partitionEpoch.Value);
        writer.Nodes(isr);
        writer.Nodes(eligibleLeaders);
    }

    private static void WriteStates(MetadataWriter writer, ReplicaStates states)
    {
        writer.Nodes(states.Adding);
        writer.Nodes(states.Removing);
        writer.Nodes(states.LastKnownEligible);
        writer.Suspects(states.Suspects);
        writer.Nodes(states.Failed);
        writer.Byte((byte)states.Recovery);
    }

    private static ReplicaStates ReadStates(ref MetadataReader reader)
    {
        var states = new ReplicaStates
        {
            Adding = reader.Nodes(),
            Removing = reader.Nodes(),
            LastKnownEligible = reader.Nodes(),
            Suspects = reader.Suspects(),
            Failed = reader.Nodes(),
            Recovery = (RecoveryState)reader.Byte(),
        };
        return states.IsNone ? ReplicaStates.None : states;
    }
}

using System.Runtime.Serialization;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// <see cref="ControllerProtocol"/> and <see cref="Fragment"/> on the wire, after the version byte; the parts stand at
/// <see cref="NodeWire"/>, and what clients change at <see cref="AdminLayouts"/>.
/// <code>
/// cr RegisterBroker        int64 id, int32 node, string cluster id, uuid incarnation, string boot id, string Akka
/// address,
///                          byte roles, int64 stored epoch, list of uuid directory,
///                          list of (string name, string host, int32 port) listener;
///                          version 2: byte clean shutdown, string? rack, int32 Akka uid, int16 least version,
///                          int16 greatest version
/// cu UnfenceBroker         int64 id, int32 node, int64 broker epoch; version 2: list of (partition, int32 last leader
///                          epoch, int64 log end offset) log end
/// cs ShutDownBroker        int64 id, int32 node, int64 broker epoch
/// co ReportOffline         int64 id, int32 node, int64 broker epoch, list of partition
/// cB BrokerDecided         int64 id, int16 error, string? message, int64 broker epoch, int64 offset
/// ci ProposeIsr            int64 id, partition, int32 leader, int64 leader's broker epoch, int32 leader epoch,
///                          int32 partition epoch, list of (int32 node, int64 broker epoch) ISR
/// cI IsrDecided            int64 id, int16 error, int64 offset
/// cp AllocateProducerIds   int64 id, int32 node, int64 broker epoch
/// cP ProducerIdsAllocated  int64 id, int16 error, int64 first, int32 count, int64 offset
/// cg StartCoordinator      int64 id, int32 node, int64 broker epoch, string topic
/// cG CoordinatorDecided    int64 id, int16 error, int32 coordinator epoch, int64 offset
/// cR Refused               int64 id, int16 error, string message
/// ch Heartbeat             int32 node, string cluster id, uuid incarnation, int64 broker epoch, int64 from offset,
///                          list of (uuid directory, int32 stalled ms)
/// cH HeartbeatAnswered     int32 controller epoch, int16 error, string? message
/// cq Recall                int64 id
/// cx ConfirmedDead         int32 node, uuid incarnation
/// cy Serves                int32 controller epoch
/// cz Ended                 int32 controller epoch
/// cF Fed                   log
/// cS FedSnapshot           log
/// fr Fragment              int64 id, string manifest, int32 total bytes, int32 position, rest: bytes
/// </code>
/// </summary>
internal static class ControllerLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
        [.. AdminLayouts.All, .. VoterLayouts.All, .. Brokers, .. Others, .. Feed];

    private static IEnumerable<MessageLayout> Brokers =>
    [
        MessageLayout.Of<RegisterBroker>("cr", WriteRegister, ReadRegister, version: 2),
        MessageLayout.Of<UnfenceBroker>("cu", WriteUnfence, ReadUnfence, version: 2),
        MessageLayout.Of<ShutDownBroker>(
            "cs",
            (writer, message) => WriteBroker(writer, message.Id, message.Node, message.Epoch),
            (ref reader) => new ShutDownBroker(reader.Int64(), reader.Node(), new BrokerEpoch(reader.Int64()))),
        MessageLayout.Of<AllocateProducerIds>(
            "cp",
            (writer, message) => WriteBroker(writer, message.Id, message.Node, message.Epoch),
            (ref reader) => new AllocateProducerIds(reader.Int64(), reader.Node(), new BrokerEpoch(reader.Int64()))),
        MessageLayout.Of<StartCoordinator>(
            "cg",
            (writer, message) =>
            {
                WriteBroker(writer, message.Id, message.Node, message.Epoch);
                writer.String(message.Topic);
            },
            (ref reader) =>
            {
                (long id, NodeId node, long epoch) = (reader.Int64(), reader.Node(), reader.Int64());
                return new StartCoordinator(id, reader.String(), node, new BrokerEpoch(epoch));
            }),
        MessageLayout.Of<ReportOffline>(
            "co",
            (writer, message) =>
            {
                WriteBroker(writer, message.Id, message.Node, message.Epoch);
                writer.List(message.Partitions, static (items, partition) => items.Partition(partition));
            },
            (ref reader) => new ReportOffline(
                reader.Int64(),
                reader.Node(),
                new BrokerEpoch(reader.Int64()),
                [.. reader.List(TopicId.Size + sizeof(int), static (ref items) => items.Partition())])),
        MessageLayout.Of<BrokerDecided>(
            "cB",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.NullableString(message.Message);
                writer.Int64(message.Epoch.Value);
                writer.Offset(message.Offset);
            },
            (ref reader) => new BrokerDecided(
                reader.Int64(), reader.Error(), reader.NullableString(), new BrokerEpoch(reader.Int64()),
                reader.Offset())),
    ];

    private static IEnumerable<MessageLayout> Others =>
    [
        MessageLayout.Of<ProposeIsr>("ci", WriteProposal, ReadProposal),
        MessageLayout.Of<IsrDecided>(
            "cI",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.Offset(message.Offset);
            },
            (ref reader) => new IsrDecided(reader.Int64(), reader.Error(), reader.Offset())),
        MessageLayout.Of<ProducerIdsAllocated>(
            "cP",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.Int64(message.First);
                writer.Int32(message.Count);
                writer.Offset(message.Offset);
            },
            (ref reader) => new ProducerIdsAllocated(
                reader.Int64(), reader.Error(), reader.Int64(), reader.Int32(), reader.Offset())),
        MessageLayout.Of<CoordinatorDecided>(
            "cG",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.Int32(message.Coordinator.Value);
                writer.Offset(message.Offset);
            },
            (ref reader) => new CoordinatorDecided(
                reader.Int64(), reader.Error(), new CoordinatorEpoch(reader.Int32()), reader.Offset())),
        MessageLayout.Of<Refused>(
            "cR",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.String(message.Message);
            },
            (ref reader) => new Refused(reader.Int64(), reader.Error(), reader.String())),
    ];

    private static IEnumerable<MessageLayout> Feed =>
    [
        MessageLayout.Of<Heartbeat>("ch", WriteHeartbeat, ReadHeartbeat),
        MessageLayout.Of<HeartbeatAnswered>(
            "cH",
            (writer, message) =>
            {
                writer.Int32(message.ControllerEpoch);
                writer.Error(message.Error);
                writer.NullableString(message.Message);
            },
            (ref reader) => new HeartbeatAnswered(reader.Int32(), reader.Error(), reader.NullableString())),
        MessageLayout.Of<Recall>(
            "cq",
            (writer, message) => writer.Int64(message.Id),
            (ref reader) => new Recall(reader.Int64())),
        MessageLayout.Of<ConfirmedDead>(
            "cx",
            (writer, message) =>
            {
                writer.Node(message.Node);
                writer.Uuid(message.Incarnation);
            },
            (ref reader) => new ConfirmedDead(reader.Node(), reader.Uuid())),
        MessageLayout.Of<StandbyProtocol.Serves>(
            "cy",
            (writer, message) => writer.Int32(message.Epoch),
            (ref reader) => new StandbyProtocol.Serves(reader.Int32())),
        MessageLayout.Of<StandbyProtocol.Ended>(
            "cz",
            (writer, message) => writer.Int32(message.Epoch),
            (ref reader) => new StandbyProtocol.Ended(reader.Int32())),
        MessageLayout.Of<Fed>(
            "cF",
            (writer, message) => writer.Log(null, message.Entries),
            (ref reader) => new Fed(reader.Log().Entries)),
        MessageLayout.Of<FedSnapshot>(
            "cS",
            (writer, message) => writer.Log(message.Snapshot, []),
            (ref reader) => new FedSnapshot(Present(reader.Log().Snapshot))),
        MessageLayout.Of<Fragment>(
            "fr",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.String(message.Manifest);
                writer.Int32(message.TotalBytes);
                writer.Int32(message.Position);
                writer.Rest(message.Bytes);
            },
            (ref reader) => new Fragment(
                reader.Int64(), reader.String(), reader.Int32(), reader.Int32(), reader.Rest())),
    ];

    public static LogSnapshot Present(LogSnapshot? snapshot) =>
        snapshot ?? throw new SerializationException("A snapshot is missing.");

    private static void WriteBroker(WireWriter writer, long id, NodeId node, BrokerEpoch epoch)
    {
        writer.Int64(id);
        writer.Node(node);
        writer.Int64(epoch.Value);
    }

    private static void WriteUnfence(WireWriter writer, UnfenceBroker message)
    {
        WriteBroker(writer, message.Id, message.Node, message.Epoch);
        writer.List(message.LogEnds, static (items, end) =>
        {
            items.Partition(end.Partition);
            items.Epoch(end.LastEpoch);
            items.Int64(end.LogEndOffset);
        });
    }

    private static UnfenceBroker ReadUnfence(ref WireReader reader)
    {
        var plain = new UnfenceBroker(reader.Int64(), reader.Node(), new BrokerEpoch(reader.Int64()));
        return reader.Version < 2 ? plain : plain with
        {
            LogEnds = [.. reader.List(TopicId.Size + (2 * sizeof(int)) + sizeof(long), static (ref items) =>
                new ReplicaLogEnd(items.Partition(), items.Epoch(), items.Int64()))],
        };
    }

    private static void WriteRegister(WireWriter writer, RegisterBroker message)
    {
        BrokerRegistration registration = message.Registration;
        writer.Int64(message.Id);
        writer.Node(registration.Node);
        writer.String(registration.ClusterId);
        writer.Uuid(registration.Incarnation);
        writer.String(registration.BootId);
        writer.String(registration.AkkaAddress);
        writer.Byte((byte)registration.Roles);
        writer.Int64(registration.StoredEpoch.Value);
        writer.List(registration.Directories, static (items, directory) => items.Uuid(directory.Value));
        writer.List(registration.Listeners, static (items, listener) =>
        {
            items.String(listener.Name);
            items.String(listener.Host);
            items.Int32(listener.Port);
        });
        writer.Boolean(registration.WasCleanShutdown);
        writer.NullableString(registration.Rack);
        writer.Int32(registration.AkkaUid);
        writer.Int16(registration.Versions.Least);
        writer.Int16(registration.Versions.Greatest);
    }

    private static RegisterBroker ReadRegister(ref WireReader reader)
    {
        long id = reader.Int64();
        var registration = new BrokerRegistration(
            reader.Node(),
            reader.String(),
            reader.Uuid(),
            reader.String(),
            reader.String(),
            (BrokerRoles)reader.Byte(),
            new BrokerEpoch(reader.Int64()),
            [.. reader.List(TopicId.Size, static (ref items) => new DirectoryId(items.Uuid()))],
            [.. reader.List(3 * sizeof(int), static (ref items) =>
                new BrokerEndpoint(items.String(), items.String(), items.Int32()))]);
        if (reader.Version < 2) return new RegisterBroker(id, registration with { Versions = default });
        return new RegisterBroker(id, registration with
        {
            WasCleanShutdown = reader.Boolean(),
            Rack = reader.NullableString(),
            AkkaUid = reader.Int32(),
            Versions = new MetadataVersionRange(reader.Int16(), reader.Int16()),
        });
    }

    private static void WriteHeartbeat(WireWriter writer, Heartbeat message)
    {
        writer.Node(message.Node);
        writer.String(message.ClusterId);
        writer.Uuid(message.Incarnation);
        writer.Int64(message.Epoch.Value);
        writer.Offset(message.From);
        writer.List(message.Directories, static (items, directory) =>
        {
            items.Uuid(directory.Directory.Value);
            items.Int32((int)Math.Min(directory.Stalled.TotalMilliseconds, int.MaxValue));
        });
    }

    private static Heartbeat ReadHeartbeat(ref WireReader reader) => new(
        reader.Node(),
        reader.String(),
        reader.Uuid(),
        new BrokerEpoch(reader.Int64()),
        reader.Offset(),
        [.. reader.List(TopicId.Size + sizeof(int), static (ref items) => new DirectoryProgress(
            new DirectoryId(items.Uuid()), TimeSpan.FromMilliseconds(items.Int32())))]);

    private static void WriteProposal(WireWriter writer, ProposeIsr message)
    {
        IsrProposal proposal = message.Proposal;
        writer.Int64(message.Id);
        writer.Partition(proposal.Partition);
        writer.Node(proposal.Leader);
        writer.Int64(proposal.LeaderBrokerEpoch.Value);
        writer.Epoch(proposal.LeaderEpoch);
        writer.Int32(proposal.PartitionEpoch.Value);
        writer.List(proposal.Isr, static (items, member) =>
        {
            items.Node(member.Node);
            items.Int64(member.BrokerEpoch.Value);
        });
    }

    private static ProposeIsr ReadProposal(ref WireReader reader) => new(
        reader.Int64(),
        new IsrProposal(
            reader.Partition(),
            reader.Node(),
            new BrokerEpoch(reader.Int64()),
            reader.Epoch(),
            new PartitionEpoch(reader.Int32()),
            [.. reader.List(sizeof(int) + sizeof(long), static (ref items) =>
                new IsrMember(items.Node(), new BrokerEpoch(items.Int64())))]));
}

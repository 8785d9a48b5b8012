using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// The body of a registration. Version 1 is written only where it says more than version 0 can hold.
/// <code>
/// version 0   int32 node, int64 epoch, uuid incarnation, string boot id, string Akka address, byte roles,
///             byte fenced, byte in controlled shutdown, directories (uuid),
///             listeners (string name, string host, int32 port)
/// version 1   then string? rack, int64 stored epoch, byte clean shutdown, int32 Akka uid, int16 least version,
///             int16 greatest version, byte suspect
/// </code>
/// </summary>
internal static class RegistrationLayout
{
    public const byte Newest = 1;

    public static byte VersionOf(BrokerRegistered e) => e.IsPlain ? (byte)0 : Newest;

    public static void Write(MetadataWriter writer, BrokerRegistered e)
    {
        writer.Int32(e.Node.Value);
        writer.Int64(e.Epoch.Value);
        writer.Uuid(e.Incarnation);
        writer.Text(e.BootId);
        writer.Text(e.AkkaAddress);
        writer.Byte((byte)e.Roles);
        writer.Boolean(e.IsFenced);
        writer.Boolean(e.IsInControlledShutdown);
        writer.Directories(e.Directories);
        writer.Listeners(e.Listeners);
        if (e.IsPlain) return;
        writer.Text(e.Rack);
        writer.Int64(e.StoredEpoch.Value);
        writer.Boolean(e.WasCleanShutdown);
        writer.Int32(e.AkkaUid);
        writer.Int16(e.Versions.Least);
        writer.Int16(e.Versions.Greatest);
        writer.Boolean(e.IsSuspect);
    }

    public static BrokerRegistered Read(ref MetadataReader reader, byte version)
    {
        var plain = new BrokerRegistered(
            reader.Node(),
            new BrokerEpoch(reader.Int64()),
            reader.Uuid(),
            reader.Text(),
            reader.Text(),
            (BrokerRoles)reader.Byte(),
            reader.Boolean(),
            reader.Boolean(),
            reader.Directories(),
            reader.Listeners());
        if (version == 0) return plain;
        return plain with
        {
            Rack = reader.NullableText(),
            StoredEpoch = new BrokerEpoch(reader.Int64()),
            WasCleanShutdown = reader.Boolean(),
            AkkaUid = reader.Int32(),
            Versions = new MetadataVersionRange(reader.Int16(), reader.Int16()),
            IsSuspect = reader.Boolean(),
        };
    }
}

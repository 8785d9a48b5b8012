using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Hosting;

/// <summary>What a node says of itself when it registers. Addresses are where it is now, never who it is.</summary>
internal static class NodeIdentity
{
    public static BrokerRegistration RegistrationOf(NodeContext context, ActorSystem system)
    {
        NodeSettings settings = context.Settings;
        UniqueAddress self = Cluster.Get(system).SelfUniqueAddress;
        Address address = self.Address;
        return new BrokerRegistration(
            settings.NodeId,
            context.Directories.ClusterId ?? "",
            context.Incarnation,
            KernelBootId.Read() ?? context.Incarnation.ToString(),
            address.ToString(),
            RolesOf(settings),
            context.Directories.BrokerEpoch,
            [.. context.Directories.All.Select(directory => directory.Meta.DirectoryId)],
            [
                new BrokerEndpoint(FrontDoorActor.ListenerName, address.Host ?? "", address.Port ?? 0),
                .. context.KafkaDoor.Endpoints,
            ])
        {
            WasCleanShutdown = context.Directories.WasCleanShutdown,
            AkkaUid = self.Uid,
            Rack = settings.Rack,
        };
    }

    private static BrokerRoles RolesOf(NodeSettings settings) =>
        (settings.IsVoter ? BrokerRoles.Voter : BrokerRoles.None)
        | (settings.IsBroker ? BrokerRoles.Broker : BrokerRoles.None);
}

using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Supervision;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>The controller's actors of one node, children of its guardian.</summary>
/// <param name="Proxy">Takes every <see cref="ControllerProtocol.Request"/>.</param>
/// <param name="Follower">Takes what stands in <see cref="MetadataFollowerProtocol"/>.</param>
/// <param name="Cache">The node's metadata.</param>
internal sealed record ControllerActors(IActorRef Proxy, IActorRef Follower, MetadataCache Cache)
{
    public const string VoterName = "voter";

    private const string SingletonName = "controller";
    private const string Dispatcher = "kafka-actors.dispatchers.control";
    private const string VoterDispatcher = "kafka-actors.dispatchers.voter";

    /// <param name="guardian">
    /// The node's guardian: <c>/user/kafka-actors</c>. Voters find each other beneath it, under the same path
    /// everywhere.
    /// </param>
    public static ControllerActors Start(IActorContext guardian, ControllerServices services)
    {
        var cache = new MetadataCache();
        var notice = new StandbyNotice();
        string path = guardian.Self.Path.ToStringWithoutAddress();
        IActorRef standby = services.IsVoter
            ? StartVoter(guardian, services, cache, new ControllerPost(path, notice, IsStandby: false))
            : ActorRefs.Nobody;
        IActorRef route = StartRoute(guardian, path, notice, cache);
        IActorRef follower = guardian.ActorOf(
            Props.Create(
                () => new MetadataFollower(services, cache, route))
                .WithDispatcher(Dispatcher),
            "metadata-follower");
        IActorRef proxy = guardian.ActorOf(
            Props.Create(() => new ControllerProxy(route, follower, services.Settings))
                .WithDispatcher(Dispatcher),
            "controller-proxy");
        if (services.IsVoter) follower.Tell(MetadataFollowerProtocol.Subscribe.Instance, standby);
        return new ControllerActors(proxy, follower, cache);
    }

    /// <returns>The standby, which is to follow the metadata.</returns>
    private static IActorRef StartVoter(
        IActorContext guardian, ControllerServices services, MetadataCache cache, ControllerPost singleton)
    {
        ControllerPost standby = singleton with { IsStandby = true };
        NodeId node = services.Self.Node;
        TimeProvider clock = services.Clock;
        guardian.ActorOf(
            Props.Create(() => new VoterActor(services)).WithDispatcher(VoterDispatcher),
            VoterName);
        guardian.ActorOf(
            ClusterSingletonManager.Props(
                KeptSingleton.PropsOf(
                    Props.Create(() => new ControllerActor(services, singleton)).WithDispatcher(Dispatcher),
                    services.OnFatal),
                PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(guardian.System)
                    .WithRole(NodeSettings.VoterRole).WithSingletonName(SingletonName)),
            SingletonName);
        Props controller = Props.Create(() => new ControllerActor(services, standby)).WithDispatcher(Dispatcher);
        var succession = new ControllerSuccession(node, services.Incarnation);
        return guardian.ActorOf(
            Props.Create(() => new StandbyController(node, cache, succession, clock, controller))
                .WithDispatcher(Dispatcher),
            StandbyController.Name);
    }

    private static IActorRef StartRoute(
        IActorContext guardian, string path, StandbyNotice notice, MetadataCache cache)
    {
        IActorRef singleton = guardian.ActorOf(
            ClusterSingletonProxy.Props(
                path + "/" + SingletonName,
                ClusterSingletonProxySettings.Create(guardian.System)
                    .WithRole(NodeSettings.VoterRole).WithSingletonName(SingletonName)),
            "controller-singleton-proxy");
        return guardian.ActorOf(
            Props.Create(() => new ControllerRoute(singleton, notice, cache)).WithDispatcher(Dispatcher),
            ControllerRoute.Name);
    }
}

using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Supervision;
using KafkaActors.Coordination.Controllers;

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
        if (services.IsVoter)
        {
            guardian.ActorOf(
                Props.Create(() => new VoterActor(services)).WithDispatcher(VoterDispatcher),
                VoterName);
            guardian.ActorOf(
                ClusterSingletonManager.Props(
                    KeptSingleton.PropsOf(
                        Props.Create(() => new ControllerActor(services)).WithDispatcher(Dispatcher),
                        services.OnFatal),
                    PoisonPill.Instance,
                    ClusterSingletonManagerSettings.Create(guardian.System)
                        .WithRole(NodeSettings.VoterRole).WithSingletonName(SingletonName)),
                SingletonName);
        }

        IActorRef singleton = guardian.ActorOf(
            ClusterSingletonProxy.Props(
                guardian.Self.Path.ToStringWithoutAddress() + "/" + SingletonName,
                ClusterSingletonProxySettings.Create(guardian.System)
                    .WithRole(NodeSettings.VoterRole).WithSingletonName(SingletonName)),
            "controller-singleton-proxy");
        IActorRef proxy = guardian.ActorOf(
            Props.Create(() => new ControllerProxy(singleton, services.Settings))
                .WithDispatcher(Dispatcher),
            "controller-proxy");
        var cache = new MetadataCache();
        IActorRef follower = guardian.ActorOf(
            Props.Create(
                () => new MetadataFollower(services, cache, singleton))
                .WithDispatcher(Dispatcher),
            "metadata-follower");
        return new ControllerActors(proxy, follower, cache);
    }
}

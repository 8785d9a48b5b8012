using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Event;
using Akka.Persistence;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Groups;
using KafkaActors.Broker.Listener;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Supervision;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Hosting;

/// <summary>The children of the guardian, which starts them once and together.</summary>
/// <param name="Controller">The controller's actors.</param>
/// <param name="Replicas">The replica manager; nobody on a witness.</param>
/// <param name="Directories">The data directories, with their partitions.</param>
internal sealed record NodeParts(ControllerActors Controller, IActorRef Replicas, LogDirectories Directories)
{
    /// <summary>More in one request are refused, as one metadata entry would get too long.</summary>
    private const int MaxPartitionsPerRequest = 10_000;

    private const string ControlDispatcher = "kafka-actors.dispatchers.control";

    private static readonly TimeSpan ReplicaTick = TimeSpan.FromSeconds(1);

    /// <param name="onFatal">See <see cref="ControllerServices"/>.</param>
    public static NodeParts Start(
        IActorContext guardian, NodeContext context, ClusterEntry entry, Action<string> onFatal)
    {
        var controller = ControllerActors.Start(guardian, ServicesOf(context, entry, onFatal));
        var strays = new StrayPartitions(
            context.Directories.All,
            context.Settings.Log.StrayRetention,
            context.Clock,
            Logging.GetLogger(guardian.System, nameof(StrayPartitions)));
        var directories = new LogDirectories(context.Directories.All, strays);
        IActorRef replicas = context.Settings.IsBroker
            ? StartReplicas(guardian, context, controller.Proxy, directories)
            : ActorRefs.Nobody;
        return new NodeParts(controller, replicas, directories);
    }

    /// <summary>What the guardian does not start itself and yet cannot do without: the region, the journals.</summary>
    public static IEnumerable<IActorRef> Foreign(ActorSystem system, NodeContext context)
    {
        if (!context.Settings.IsBroker) yield break;
        yield return ClusterSharding.Get(system).ShardRegion(PartitionSharding.TypeName);
        for (int directory = 0; directory < context.Directories.All.Count; directory++)
        {
            for (int stripe = 0; stripe < context.Settings.Log.JournalStripes; stripe++)
                yield return Persistence.Instance.Apply(system)
                    .JournalFor(JournalPluginId.Of(directory, stripe));
        }
    }

    /// <summary>Lets clients in: client actors, and Kafka's.</summary>
    public void OpenDoors(IActorContext guardian, NodeContext context, Action<string> onFatal)
    {
        NodeServices services = ServicesOf(guardian, context);
        var groups = GroupCoordinator.Of(context.Settings, context.TopicDefaults, context.Clock, Controller.Cache);
        if (context.Settings.IsBroker) StartCoordinator(guardian, context, groups, onFatal);
        guardian.ActorOf(Props.Create<LostAppends>(), "lost-appends");
        KafkaListenerSettings kafka = context.Settings.Kafka;
        var limits = new FetchLimits(
            kafka.FetchMaxBytes, context.Settings.FrontDoor.FetchMaxWait, kafka.FetchSessionSlots);
        ApiHandlers handlers = HandlerSet.Create(
            services, limits, new GroupGateway(groups.Door), Directories, ServedRelease.Of(kafka.ServedRelease),
            Logging.GetLogger(guardian.System, typeof(HandlerSet)));
        var admission = new ClientAdmission(
            context.Settings.FrontDoor,
            context.Settings.Cluster.SecretFile is not null,
            guardian.System.Settings.Config.GetString(ClientAdmission.BindHostPath, ""),
            () => Cluster.Get(guardian.System).State.Members.Select(member => member.Address));
        guardian.ActorOf(Props.Create(() => new FrontDoorActor(services, handlers, admission)), "front-door");
        context.KafkaDoor.Open(new KafkaDoorServices(
            kafka,
            handlers,
            context.Clock,
            new ConnectionLog(Logging.GetLogger(guardian.System, "kafka-listener")))
        {
            Descriptors = context.Descriptors,
            ColdReads = services.ColdReads,
            Compression = services.Compression,
        });
    }

    // One of the brokers hosts it, whichever is the oldest.
    private void StartCoordinator(
        IActorContext guardian, NodeContext context, GroupCoordinator groups, Action<string> onFatal)
    {
        ActorSystem system = guardian.System;
        PartitionRegistry partitions = PartitionRegistry.Of(system);
        MetadataCache metadata = Controller.Cache;
        NodeSettings settings = context.Settings;
        var services = new CoordinatorServices(settings.NodeId, groups.Tenant, context.Clock)
        {
            Image = () => metadata.Image,
            Partitions = partitions,
            Region = ClusterSharding.Get(system).ShardRegion(PartitionSharding.TypeName),
            Controller = Controller.Proxy,
            Metadata = Controller.Follower,
            Door = groups.Door,
            MaxBatchBytes = groups.MaxBatchBytes,
            AppendTimeout = settings.Groups.OffsetsCommitTimeout,
            AppendLinger = settings.Groups.AppendLinger,
            RetryBackoff = settings.Controller.RetryBackoff,
            Reader = new CoordinatorReader(
                settings.NodeId,
                partitions,
                () => metadata.Image,
                NodePools.Of(system).GroupLoading,
                settings.Pools.GroupLoadingThreads,
                NamedListener.InterBrokerName(settings.Kafka, NamedListener.Of(settings)),
                context.Clock),
        };
        guardian.ActorOf(Props.Create<LostCalls>(), "lost-coordinator-calls");
        guardian.ActorOf(
            ClusterSingletonManager.Props(
                KeptSingleton.PropsOf(
                    Props.Create(() => new CoordinatorActor(services)).WithDispatcher(CoordinatorActor.Dispatcher),
                    onFatal),
                PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(system)
                    .WithRole(NodeSettings.BrokerRole).WithSingletonName("coordinator")),
            "group-coordinator");
    }

    private NodeServices ServicesOf(IActorContext guardian, NodeContext context)
    {
        ActorSystem system = guardian.System;
        MetadataCache metadata = Controller.Cache;
        NodeId node = context.Settings.NodeId;
        IActorRef controller = Controller.Proxy;
        Cluster cluster = Cluster.Get(system);
        return new NodeServices(
            node,
            context.Settings.FrontDoor,
            context.Settings.Topics,
            PartitionRegistry.Of(system),
            () => metadata.Image,
            context.Clock)
        {
            ColdReads = NodePools.Of(system).ColdReads,
            Compression = NodePools.Of(system).Compression,
            TopicDefaults = context.TopicDefaults,
            BrokerConfigs = BrokerConfigs.Of(context.Settings),
            Groups = context.Settings.Groups.ForGroups(),
            Controller = controller,
            Metadata = Controller.Follower,
            Departed = new DepartedNodes(() => cluster.State, cluster.SelfUniqueAddress).In,
            ProducerIds = guardian.ActorOf(
                Props.Create(() => new ProducerIdSource(node, () => metadata.Image, controller)), "producer-ids"),
        };
    }

    private static ControllerServices ServicesOf(NodeContext context, ClusterEntry entry, Action<string> onFatal)
    {
        NodeSettings settings = context.Settings;
        DataDirectories directories = context.Directories;
        return new ControllerServices(
            new Voter(settings.NodeId, directories.First.Meta.DirectoryId),
            settings.IsVoter,
            Path.Combine(directories.First.DirectoryPath, ControllerServices.DirectoryName),
            directories.ClusterId ?? "",
            entry.InitialVoters,
            new ControllerPolicy(
                settings.Topics.DefaultPartitions,
                (short)settings.Topics.DefaultReplicationFactor,
                MaxPartitionsPerRequest,
                context.TopicDefaults)
            {
                Groups = settings.Groups.ForGroups(),
                DeletedTopicRetention = settings.Log.StrayRetention,
                InternalTopics = new InternalTopics(OffsetsTopic.Own(settings.Groups)),
            },
            settings.Controller,
            directories.First.Files,
            context.Clock,
            onFatal)
        {
            Incarnation = context.Incarnation,
            RandomSeed = context.Incarnation.GetHashCode(),
        };
    }

    private static IActorRef StartReplicas(
        IActorContext guardian, NodeContext context, IActorRef controller, LogDirectories directories)
    {
        ActorSystem system = guardian.System;
        LogSettings log = context.Settings.Log;
        context.LogObserver.LogTo(Logging.GetLogger(system, "disk"));
        context.LogObserver.Attach(PartitionRegistry.Of(system));
        IActorRef region = PartitionSharding.Start(system, context.Clock, PartitionLimits.Default);
        var topics = new TopicLogSettings(context.TopicDefaults, context.Settings.NodeId)
        {
            Producers = new ProducerStateLimits(log.ProducerIdExpiration, log.MaxProducerIds),
            MaxDecompressedBytes = context.Settings.Pools.MaxDecompressedBytes,
        };
        var settings = new ReplicaManagerSettings(
            context.Settings.NodeId,
            log.JournalStripes,
            context.Settings.Pools.RecoveryThreads * context.Directories.All.Count,
            log.RetentionCheckInterval,
            log.CheckpointInterval,
            ReplicaTick)
        {
            Incarnation = context.Incarnation,
            Cleaner = context.Settings.Cleaner,
        };
        return guardian.ActorOf(
            Props.Create(() => new ReplicaManager(
                    settings, directories, topics, region, controller, context.Clock))
                .WithDispatcher(ControlDispatcher),
            "replica-manager");
    }
}

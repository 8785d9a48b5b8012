using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>Base of fixtures that talk to a front door over real partitions; the test actor is the client.</summary>
public abstract class FrontDoorTest : PartitionTest
{
    private volatile MetadataImage _image = MetadataImage.Empty;

    internal TestProbe Control { get; private set; } = null!;

    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Null: the system's own.</summary>
    internal Bulkhead? ColdReads { get; set; }

    internal MetadataImage Image
    {
        get => _image;
        set => _image = value;
    }

    /// <summary>Nodes that this one knows to have gone, whatever the image says.</summary>
    internal HashSet<NodeId> Departed { get; } = [];

    /// <summary>What the door serves.</summary>
    internal virtual ApiHandlers Handlers { get; } = new([]);

    internal static FrontDoorSettings Settings { get; } = new()
    {
        MaxSessions = 2,
        SessionIdleTimeout = TimeSpan.FromMinutes(1),
        ProduceWindowBytes = 256 * 1024,
        FetchWindowBytes = 1024 * 1024,
        MaxRequestsPerSession = 16,
        MemoryBytes = 16 * 1024 * 1024,
        FetchMaxWait = TimeSpan.FromSeconds(30),
        AdminMaxTimeout = TimeSpan.FromSeconds(30),
    };

    internal NodeServices CreateServices(FrontDoorSettings? settings = null)
    {
        Control = CreateTestProbe();
        var topics = new TopicSettings
        {
            AutoCreate = true, DeleteEnabled = true, DefaultPartitions = 1, DefaultReplicationFactor = 1,
        };
        return new NodeServices(
            Self, settings ?? Settings, topics, Partitions, () => _image, Clock)
        {
            ColdReads = ColdReads ?? NodePools.Of(Sys).ColdReads,
            Compression = NodePools.Of(Sys).Compression,
            TopicDefaults = TopicConfigDefaults.Kafka,
            BrokerConfigs = [new BrokerConfigEntry("log.retention.hours", "168", "168", ConfigType.Int, "")],
            Controller = Control.Ref,
            Metadata = Control.Ref,
            Departed = _ => Departed,
        };
    }

    internal IActorRef OpenDoor(FrontDoorSettings? settings = null)
    {
        NodeServices services = CreateServices(settings);
        ApiHandlers handlers = Handlers;
        var admission = new ClientAdmission(Settings, isGuarded: false, "127.0.0.1", () => []);
        return Sys.ActorOf(Props.Create(() => new FrontDoorActor(services, handlers, admission)), "front-door");
    }

    internal async Task<IActorRef> Connect(IActorRef door, int version = SessionProtocol.Version)
    {
        door.Tell(new SessionProtocol.Connect(1, "test", "tests", "1.0", version), TestActor);
        return (await ExpectMsgAsync<SessionProtocol.Connected>().ConfigureAwait(false)).Session;
    }
}

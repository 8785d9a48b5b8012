using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Journal;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.Storage.Files;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>
/// Base of fixtures that run real partition actors over real logs, in a system without a cluster. The test stands in
/// for the replica manager.
/// </summary>
public abstract class PartitionTest : ActorTest, IDisposable
{
    internal static readonly NodeId Self = new(1);

    private static readonly string Dispatchers =
        """
        kafka-actors.dispatchers.data {
          type = Dispatcher
          executor = default-executor
        }
        akka.persistence.max-concurrent-recoveries = 64
        """;

    private readonly TempDirectory _temp = new();

    protected PartitionTest()
        : this("")
    {
    }

    /// <param name="extra">Goes before the configuration of all these tests.</param>
    protected PartitionTest(string extra)
        : base(ConfigurationFactory.ParseString(extra)
            .WithFallback(ConfigurationFactory.ParseString(Dispatchers))
            .WithFallback(ConfigurationFactory.ParseString(PartitionJournalConfig.Fragment(1, 2)))
            .WithFallback(ReferenceConfig.Read("node-messages"))
            .WithFallback(ReferenceConfig.Read("bulkheads"))
            .WithFallback(ReferenceConfig.Read("log"))
            .WithFallback(MessagesConfig.Fragment))
    {
        Observer = new PartitionLogObserver();
        Observer.Attach(Partitions);
        Directory = OpenDirectory();
        Owner = CreateTestProbe("owner");
        Controller = CreateTestProbe("controller");
    }

    internal PartitionRegistry Partitions => PartitionRegistry.Of(Sys);

    internal PartitionLogObserver Observer { get; }

    internal LogDirectory Directory { get; private set; }

    /// <summary>The disk, from the next time on that the directory is opened.</summary>
    internal IFileSystem Files { get; set; } = PhysicalFileSystem.Instance;

    /// <summary>What directories that are opened from now on keep back of the disk.</summary>
    internal long ReserveBytes { get; set; }

    internal TestProbe Owner { get; }

    internal TestProbe Controller { get; }

    [TearDown]
    public async Task CloseLogs() => await Directory.DisposeAsync().ConfigureAwait(false);

    public void Dispose()
    {
        _temp.Dispose();
        GC.SuppressFinalize(this);
    }

    internal async Task ReopenDirectory()
    {
        await Directory.DisposeAsync().ConfigureAwait(false);
        Directory = OpenDirectory();
    }

    internal PartitionHandle Open(string topic, LogConfig? config = null, TopicId? id = null, int index = 0)
    {
        LogConfig its = config ?? LogConfig.Default;
        TopicId topicId = id ?? TopicId.NewRandom();
        PartitionLog log = Directory.OpenLog(new TopicPartition(topic, index), topicId, its);
        var partition = new PartitionHandle(
            new TopicIdPartition(topicId, index),
            log,
            JournalPluginId.Of(0, 0),
            Owner.Ref,
            Assignment(log, topicId, ReplicaRole.Follower, 0, token: null))
        {
            Controller = Controller.Ref,
        };
        Partitions.Add(partition);
        return partition;
    }

    /// <summary>Starts the entity and waits until it leads.</summary>
    internal async Task<IActorRef> Lead(PartitionHandle partition, int epoch = 0, PartitionLimits? limits = null)
    {
        Assign(partition, ReplicaRole.Leader, epoch);
        IActorRef actor = partition.Actor ?? Start(partition, limits);
        actor.Tell(PartitionProtocol.AssignmentChanged.Instance);
        await Eventually.That(() => partition.Route?.Epoch, Is.EqualTo(new LeaderEpoch(epoch))).ConfigureAwait(false);
        return actor;
    }

    internal IActorRef Start(PartitionHandle partition, PartitionLimits? limits = null) => Sys.ActorOf(
        PartitionActor.PropsFor(
            Partitions, partition.EntityId, TimeProvider.System, limits ?? PartitionLimits.Default));

    internal static void Assign(PartitionHandle partition, ReplicaRole role, int epoch)
    {
        WriterToken token = partition.Log.TakeWriter(role, new LeaderEpoch(epoch));
        partition.Assignment = Assignment(partition.Log, partition.Id.TopicId, role, epoch, token);
    }

    internal static PartitionProtocol.Append Append(
        PartitionHandle partition, byte[] batch, long correlationId = 1, Acks acks = Acks.All, int epoch = -1) => new(
        correlationId,
        partition.Id,
        new LeaderEpoch(epoch),
        null,
        acks,
        TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1),
        batch);

    internal static byte[] Batch(params string[] values) => Batch(ProducerSequence.None, values);

    internal static byte[] Batch(ProducerSequence producer, params string[] values)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (string value in values) builder.TryAppend(now, null, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build(producer);
    }

    internal async Task<PartitionProtocol.Appended> Ask(IActorRef actor, PartitionProtocol.Append append)
    {
        actor.Tell(append, TestActor);
        return await ExpectMsgAsync<PartitionProtocol.Appended>().ConfigureAwait(false);
    }

    private static PartitionAssignment Assignment(
        PartitionLog log, TopicId topicId, ReplicaRole role, int epoch, WriterToken? token)
    {
        NodeId leader = role == ReplicaRole.Leader ? Self : new NodeId(2);
        var image = new PartitionImage(
            new TopicIdPartition(topicId, 0),
            [Self],
            leader,
            new LeaderEpoch(epoch),
            new PartitionEpoch(epoch),
            [Self],
            []);
        var brokers = new Dictionary<NodeId, ReplicaBroker> { [Self] = new(new BrokerEpoch(1), true) };
        var settings = new PartitionSettings(
            new RecordBatchRules
            {
                MaxMessageBytes = log.Config.MaxMessageBytes,
                TimestampType = log.Config.TimestampType,
            },
            1,
            log.Config.FlushPolicy == FlushPolicy.GroupCommit);
        return new PartitionAssignment(Self, role, image, brokers, token, settings, ErrorCode.None);
    }

    private LogDirectory OpenDirectory() => LogDirectory.Open(new LogDirectoryOptions
    {
        Path = _temp.Combine("data"),
        NodeId = Self,
        Observer = Observer,
        Files = Files,
        ReserveBytes = ReserveBytes,
    });
}

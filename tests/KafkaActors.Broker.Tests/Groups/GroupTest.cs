using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>
/// Base of fixtures that run groups' actors. Timers fire when a test says so. The test is the leader of the partitions
/// of the offsets topic: it takes appends from probes and answers what it likes.
/// </summary>
public abstract class GroupTest : PartitionTest
{
    internal static readonly NodeId Other = new(2);
    internal static readonly LeaderEpoch Epoch = new(3);
    internal static readonly TimeSpan AppendTimeout = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan AppendLinger = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan RetryBackoff = TimeSpan.FromSeconds(1);
    internal static readonly TopicId OffsetsTopicId = new(new Guid(7, 7, 7, new byte[8]));

    /// <summary>The cluster with the topics in which tests commit offsets, and nothing else.</summary>
    private static readonly MetadataImage DataTopics = With(
        With(MetadataImage.Empty, GroupRequests.Topic, new TopicId(new Guid(8, 8, 8, new byte[8]))),
        GroupRequests.KeptTopic, new TopicId(new Guid(9, 9, 9, new byte[8])));

    private volatile MetadataImage _image = ImageOf(Other);

    protected GroupTest()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        Region = CreateTestProbe("region");
    }

    /// <summary>Stands in for the shard region: gets what is for partitions that this node does not lead.</summary>
    internal TestProbe Region { get; }

    internal ManualClock Clock { get; } = new();

    /// <summary>The groups, as the tenant of their coordinator.</summary>
    internal GroupTenant Tenant => new(
        new GroupServices(GroupSettings.Default, Guid.NewGuid) { MaxBatchBytes = () => MaxBatchBytes }, () => Image);

    internal int MaxBatchBytes { get; set; } = 1_048_588;

    /// <summary>The calls that were answered, in that order.</summary>
    internal ConcurrentQueue<OpenCall> Answered { get; } = new();

    internal MetadataImage Image
    {
        get => _image;
        set => _image = value;
    }

    /// <summary>The cluster with an offsets topic of as many partitions as there are leaders.</summary>
    internal static MetadataImage ImageOf(params NodeId[] leaders) => MetadataImage.Empty with
    {
        Offset = new MetadataOffset(9),
        Brokers = MetadataImage.Empty.Brokers.SetItem(Self, Broker(Self)).SetItem(Other, Broker(Other)),
        TopicIds = DataTopics.TopicIds.SetItem(OffsetsTopic.Name, OffsetsTopicId),
        Topics = DataTopics.Topics.SetItem(
            OffsetsTopicId, new TopicImage(OffsetsTopicId, OffsetsTopic.Name, [.. leaders.Select(PartitionOf)])),
    };

    /// <summary>The image with the topic, of one partition, or with another of that name.</summary>
    internal static MetadataImage With(MetadataImage image, string topic, TopicId id) => Without(image, topic) with
    {
        TopicIds = image.TopicIds.SetItem(topic, id),
        Topics = Without(image, topic).Topics.SetItem(
            id, new TopicImage(id, topic, [PartitionOf(Self, 0) with { Id = new TopicIdPartition(id, 0) }])),
    };

    internal static MetadataImage Without(MetadataImage image, string topic) =>
        image.TopicIds.TryGetValue(topic, out TopicId id)
            ? image with { TopicIds = image.TopicIds.Remove(topic), Topics = image.Topics.Remove(id) }
            : image;

    internal OpenCall Open(string groupId, object request, short version = 9) =>
        new(groupId, request, version, Answered.Enqueue);

    internal virtual OpenCall Ask(IActorRef actor, string groupId, object request, short version = 9)
    {
        OpenCall call = Open(groupId, request, version);
        actor.Tell(call.Call, TestActor);
        return call;
    }

    /// <summary>
    /// Waits until the actor, and those below it, have done with everything they were told so far, and with what they
    /// told each other because of it: a call makes a key, which appends, for which its partition starts a timer.
    /// </summary>
    internal async Task Sync(IActorRef actor)
    {
        for (int round = 0; round < 3; round++)
        {
            IActorRef[] all = [actor, .. Below(actor)];
            foreach (IActorRef each in all) await SyncOne(each).ConfigureAwait(false);
        }
    }

    private static IEnumerable<IActorRef> Below(IActorRef actor)
    {
        foreach (IInternalActorRef child in ((ActorRefWithCell)actor).Children)
        {
            yield return child;
            foreach (IActorRef below in Below(child)) yield return below;
        }
    }

    private async Task SyncOne(IActorRef actor)
    {
        actor.Tell(new Identify(actor.Path.Name), TestActor);
        await ExpectMsgAsync<ActorIdentity>().ConfigureAwait(false);
    }

    /// <summary>
    /// Lets time pass for timers and clock, once the actor has done all before; waits until it has done what was due.
    /// </summary>
    internal async Task Advance(TimeSpan time, IActorRef actor)
    {
        await Sync(actor).ConfigureAwait(false);
        Clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
        await Sync(actor).ConfigureAwait(false);
    }

    internal async Task<SentAppend> NextAppend()
    {
        PartitionEnvelope envelope = await Region.ExpectMsgAsync<PartitionEnvelope>().ConfigureAwait(false);
        return new SentAppend((PartitionProtocol.Append)envelope.Message, Region.Sender);
    }

    /// <summary>What a coordinator of groups works with here.</summary>
    internal CoordinatorServices Services(CoordinatorDoor door) => new(Self, Tenant, Clock)
    {
        Image = () => Image,
        Partitions = Partitions,
        Region = Region.Ref,
        Controller = Controller.Ref,
        Metadata = ActorRefs.Nobody,
        Door = door,
        Reader = new CoordinatorReader(
            Self, Partitions, () => Image, NodePools.Of(Sys).GroupLoading, 2, "PLAINTEXT", Clock),
        MaxBatchBytes = () => MaxBatchBytes,
        AppendTimeout = AppendTimeout,
        AppendLinger = AppendLinger,
        RetryBackoff = RetryBackoff,
    };

    private static PartitionImage PartitionOf(NodeId leader, int index) => new(
        new TopicIdPartition(OffsetsTopicId, index), [Self, Other], leader, Epoch, new PartitionEpoch(0), [Self], []);

    private static BrokerImage Broker(NodeId node) => new(
        node,
        new BrokerEpoch(5),
        Guid.Empty,
        "",
        "akka.tcp://kafka-actors@127.0.0.1:4053",
        BrokerRoles.Broker,
        IsFenced: false,
        IsInControlledShutdown: false,
        ImmutableArray<DirectoryId>.Empty,
        ImmutableArray<BrokerEndpoint>.Empty);

    /// <summary>An append under way, and who waits for its answer.</summary>
    internal sealed record SentAppend(PartitionProtocol.Append Append, IActorRef From)
    {
        public void Answer(ErrorCode error = ErrorCode.None, long baseOffset = 0) => From.Tell(
            new PartitionProtocol.Appended(
                Append.CorrelationId, error, null, baseOffset, -1, 0, NodeId.None, LeaderEpoch.None));
    }
}

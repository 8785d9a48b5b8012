using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class VoterActorTests : ActorTest, IDisposable
{
    private static readonly NodeId One = new(1);
    private static readonly Promise Asker = new(1, new NodeId(2), Guid.NewGuid());

    private readonly TempDirectory _root = new();
    private readonly FailingFileSystem _disk = new();
    private readonly List<string> _fatal = [];
    private readonly Voter _self = new(One, DirectoryId.NewRandom());

    public VoterActorTests()
        : base(ReferenceConfig.Read("node-messages").WithFallback(MessagesConfig.Fragment))
    {
    }

    public void Dispose() => _root.Dispose();

    [TestCase("metadata.log")]
    [TestCase("metadata.promise")]
    public async Task Nothing_is_answered_before_it_is_on_the_disk(string file)
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        IActorRef voter = Start();
        voter.Tell(new Query(Asker), TestActor);
        await ExpectMsgAsync<QuorumProtocol.Status>();
        _disk.BeforeFlush = path =>
        {
            if (!path.Contains(file, StringComparison.Ordinal)) return;
            entered.Set();
            release.Wait();
        };
        voter.Tell(Entries(Formed), TestActor);
        await Eventually.True(() => entered.IsSet, "the sync begins");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        release.Set();
        Assert.That((await ExpectMsgAsync<Appended>()).IsMatch, Is.True);
    }

    [Test]
    public async Task An_entry_that_cannot_be_applied_ends_the_node_in_one_line_with_offset_and_kind()
    {
        IActorRef voter = Start();
        voter.Tell(Entries(Formed, new MetadataEvent.BrokerFenced(One, new BrokerEpoch(7))), TestActor);
        await ExpectMsgAsync<Appended>();
        var last = new LogPosition(1, new MetadataOffset(1));
        voter.Tell(new Append(Asker, "", last, [], last.Offset, [], Round: 1), TestActor);
        await Eventually.True(() => _fatal.Count > 0, "the node is told");
        Assert.That(_fatal[0], Does.Contain("entry 1").And.Contain("BrokerFenced").And.Not.Contain("\n"));
        voter.Tell(new Query(Asker), TestActor);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        string snapshot = Path.Combine(_root.Combine(ControllerServices.DirectoryName), "metadata.snapshot");
        Assert.That(File.Exists(snapshot), Is.False);
    }

    [Test]
    public async Task A_node_that_is_no_voter_says_with_which_command_it_becomes_one()
    {
        ImmutableArray<Voter> others = [new(new NodeId(2), DirectoryId.NewRandom())];
        IActorRef voter = Start();
        const string command = "metadata-quorum add-controller --controller-id 1";
        await EventFilter.Warning(contains: command).ExpectAsync(1, async () =>
        {
            voter.Tell(Entries(new MetadataEvent.ClusterFormed("cluster", others)), TestActor);
            await ExpectMsgAsync<Appended>();
            var last = new LogPosition(1, new MetadataOffset(0));
            voter.Tell(new Append(Asker, "", last, [], last.Offset, [], Round: 1), TestActor);
            await ExpectMsgAsync<Appended>();
        });
    }

    private MetadataEvent Formed => new MetadataEvent.ClusterFormed("cluster", [_self]);

    private static Append Entries(params MetadataEvent[] events) => new(
        Asker,
        "",
        LogPosition.Empty,
        [.. events.Select((item, index) => new MetadataEntry(new MetadataOffset(index), 1, [item]))],
        MetadataOffset.None,
        [],
        Round: 1);

    private IActorRef Start()
    {
        var services = new ControllerServices(
            _self,
            true,
            _root.Combine(ControllerServices.DirectoryName),
            "",
            [],
            ControllerPolicy.Kafka,
            new ControllerSettings { MaxEntriesBetweenSnapshots = 1 },
            _disk,
            TimeProvider.System,
            _fatal.Add)
        {
            RandomSeed = 1,
        };
        return Sys.ActorOf(Props.Create(() => new VoterActor(services)));
    }
}

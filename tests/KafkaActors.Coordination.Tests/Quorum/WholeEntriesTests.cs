using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>
/// A decision of many events is one entry: whenever its controller is killed, each image at each offset has all of it
/// or nothing, and what the asker was told agrees with what there is later.
/// </summary>
public sealed class WholeEntriesTests
{
    private const int Partitions = 3333;

    [TestCase("nobody", false)]
    [TestCase("a minority", false)]
    [TestCase("a majority, unanswered", true)]
    [TestCase("all", true)]
    public void A_topic_of_many_partitions_is_there_whole_or_not_at_all_whenever_the_controller_dies(
        string whoHasIt, bool isThere)
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        Register(cluster);
        var decisions = new ControllerDecisions<string>(cluster.Controller);
        Decision<IReadOnlyList<TopicResult>> decided = TopicDecisions.Create(
            cluster.Controller.Image, [NewTopic.Named("t", Partitions)], ControllerPolicy.Kafka, new Random(1));
        Assert.That(decided.Result.Single().Error, Is.EqualTo(ErrorCode.None));
        Assert.That(decisions.TryAdd(decided.Events, "created", 0, out IReadOnlyList<QuorumEffect> effects), Is.True);

        Reach(cluster, whoHasIt);
        cluster.Take(effects);
        cluster.Deliver();
        string? told = decisions.TryTake(out string? answer, out _) ? answer : null;

        // The controller's node is gone for good; the other two agree on a log of their own.
        cluster.DiesBefore = (_, _) => false;
        cluster.Down.Clear();
        cluster.Down.Add(new NodeId(1));
        cluster.Start(2);
        AssertWholeAtEveryOffset(cluster);
        MetadataImage later = cluster.Controller.CommittedImage;
        Assert.That(later.Topic("t") is not null, Is.EqualTo(isThere));
        Assert.That(told, whoHasIt == "all" ? Is.EqualTo("created") : Is.Null, "unknown is not told as done");
    }

    private static void Register(QuorumCluster cluster)
    {
        for (int node = 1; node <= 3; node++)
        {
            var request = new BrokerRegistration(
                new NodeId(node), "", new Guid(node, 0, 0, new byte[8]), "boot", $"akka://{node}", BrokerRoles.Broker,
                BrokerEpoch.None, [ImageBuilder.Directory(node)], []);
            Propose(cluster, RegistrationDecisions.Register(cluster.Controller.Image, request, false).Events);
            BrokerEpoch epoch = cluster.Controller.Image.Broker(new NodeId(node))!.Epoch;
            Propose(
                cluster, BrokerDecisions.Unfence(cluster.Controller.Image, new NodeId(node), epoch).Events);
        }
    }

    private static void Propose(QuorumCluster cluster, IReadOnlyList<MetadataEvent> events)
    {
        cluster.Propose([.. events]);
        cluster.Deliver();
    }

    private static void Reach(QuorumCluster cluster, string whoHasIt)
    {
        switch (whoHasIt)
        {
            case "nobody":
                cluster.Down.UnionWith([new NodeId(1), new NodeId(2), new NodeId(3)]);
                break;
            case "a minority": cluster.Down.UnionWith([new NodeId(2), new NodeId(3)]); break;
            case "a majority, unanswered":
                cluster.Down.Add(new NodeId(3));
                cluster.DiesBefore = (node, effect) => node.Value == 2 && effect is VoterEffect.Reply;
                break;
            default: break;
        }
    }

    private static void AssertWholeAtEveryOffset(QuorumCluster cluster)
    {
        MetadataImage image = MetadataImage.Empty;
        foreach (MetadataEntry entry in cluster.Committed)
        {
            image = image.Apply(entry);
            int count = image.Topic("t")?.Partitions.Count ?? 0;
            Assert.That(count, Is.AnyOf(0, Partitions), $"at offset {image.Offset}");
            Assert.That(
                entry.Events.OfType<PartitionAdded>().Count(), Is.AnyOf(0, Partitions), $"entry {entry.Offset}");
        }
    }
}

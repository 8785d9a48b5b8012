using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

/// <summary>
/// <c>min.insync.replicas</c> and <c>unclean.leader.election.enable</c>: one truth for controller and leaders, and what
/// was kept under the former value is judged again in the entry that changes it.
/// </summary>
public sealed class CommittedElectionConfigsTests
{
    private static readonly TopicConfigDefaults FileOfTwo =
        new(name => name == TopicConfigs.MinInSyncReplicas ? "2" : null);

    [TestCase("topic")]
    [TestCase("cluster")]
    public void A_lower_minimum_ends_the_eligibility_that_was_kept_under_the_former_in_the_same_entry(string level)
    {
        ConfigResource resource = level == "topic" ? ConfigResource.Topic("t") : ConfigResource.AllBrokers;
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(resource, "min.insync.replicas", "2"));
        builder.Fence(2);
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1], eligible: [2]);
        int entries = builder.Entries.Count;
        Alter(builder, resource, "min.insync.replicas", "1");
        Assert.That(builder.Entries, Has.Count.EqualTo(entries + 1));
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 2, isr: [1]);

        // Leader 1 acknowledges alone from here on, and dies: 2 does not have that.
        builder.Unfence(2);
        builder.Fence(1);
        Assert.That(builder.First().HasLeader, Is.False);
    }

    [Test]
    public void A_proposal_from_before_the_minimum_changed_is_refused()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        builder.Fence(2);
        builder.Unfence(2);
        PartitionEpoch before = builder.First().PartitionEpoch;
        Alter(builder, ConfigResource.Topic("t"), "min.insync.replicas", "1");
        var proposal = new IsrProposal(
            Partition(1, 0), new NodeId(1), builder.EpochOf(1), new LeaderEpoch(0), before,
            [new IsrMember(new NodeId(1), builder.EpochOf(1)), new IsrMember(new NodeId(2), builder.EpochOf(2))]);
        Assert.That(
            IsrDecisions.Propose(builder.Image, proposal).Result, Is.EqualTo(ErrorCode.InvalidUpdateVersion));
    }

    [Test]
    public void A_topic_that_now_allows_unclean_election_gets_its_leader_in_the_same_entry()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        builder.Fence(2);
        builder.Fence(1);
        builder.Unfence(2);
        Alter(builder, ConfigResource.Topic("t"), "unclean.leader.election.enable", "true");
        Assert.That(builder.First().Leader.Value, Is.EqualTo(2));
    }

    [TestCase(TopicConfigs.MinInSyncReplicas)]
    [TestCase(TopicConfigs.UncleanLeaderElectionEnable)]
    public void They_are_the_clusters_and_neither_a_brokers_nor_taken_back(string name)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        string value = name == TopicConfigs.MinInSyncReplicas ? "2" : "true";
        ResourceResult ofOne = Alter(builder, new ConfigResource(ConfigResourceType.Broker, "1"), name, value);
        Assert.That((ofOne.Error, ofOne.Message), Is.EqualTo((
            ErrorCode.InvalidConfig,
            $"{name} is one for all brokers: alter it for the topic, or as the default of all brokers.")));
        ResourceResult taken = Alter(builder, ConfigResource.AllBrokers, name, null);
        Assert.That((taken.Error, taken.Message), Is.EqualTo((
            ErrorCode.InvalidConfig, $"The cluster's {name} cannot be removed: set it to another value.")));
    }

    [Test]
    public void The_first_controller_commits_what_its_file_says_and_no_later_one_does()
    {
        ControllerPolicy first = ControllerPolicy.Kafka with { TopicDefaults = FileOfTwo };
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        builder.With([.. BrokerDecisions.Reconcile(builder.Image, _ => true, first).Events]);
        Assert.That(
            builder.Image.ConfigsOf(ConfigResource.AllBrokers),
            Is.EquivalentTo(new Dictionary<string, string>
            {
                ["min.insync.replicas"] = "2", ["unclean.leader.election.enable"] = "false",
            }));
        Assert.That(BrokerDecisions.Reconcile(builder.Image, _ => true, ControllerPolicy.Kafka).Events, Is.Empty);
    }

    [Test]
    public void No_nodes_file_says_anything_else_to_the_leader_than_to_the_controller()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(ConfigResource.AllBrokers, "min.insync.replicas", "3"))
            .With(new ConfigChanged(
                new ConfigResource(ConfigResourceType.Broker, "1"), "min.insync.replicas", "5"));
        ConfigValue leaders = FileOfTwo.Value(builder.Image, new NodeId(1), "t", TopicConfigs.MinInSyncReplicas);
        ConfigValue controllers =
            TopicConfigDefaults.Kafka.Value(builder.Image, NodeId.None, "t", TopicConfigs.MinInSyncReplicas);
        Assert.That((leaders.AsInt, controllers.AsInt), Is.EqualTo((3, 3)));
        Assert.That(leaders.Origin, Is.EqualTo(ConfigSource.DynamicDefaultBrokerConfig));
    }

    private static ResourceResult Alter(ImageBuilder builder, ConfigResource resource, string name, string? value)
    {
        ConfigOperation operation = value is null ? ConfigOperation.Delete : ConfigOperation.Set;
        var request = new ResourceChangeRequest(resource, [new ConfigChangeRequest(name, operation, value)]);
        var decision = ConfigDecisions.Alter(builder.Image, [request], ControllerPolicy.Kafka);
        if (decision.Events.Count > 0) builder.With([.. decision.Events]);
        return decision.Result.Single();
    }
}

using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Decisions;

public sealed class TopicDecisionsTests
{
    private static readonly Dictionary<string, string> NoConfigs = [];

    /// <summary>As it will be once followers copy.</summary>
    private static readonly ControllerPolicy Replicated = ControllerPolicy.Kafka with { MaxReplicationFactor = 10 };

    [Test]
    public void A_created_topic_has_its_partitions_leaders_and_configuration()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        NewTopic topic =
            NewTopic.Named("t", 3) with { Configs = new Dictionary<string, string> { ["retention.ms"] = "5" } };
        TopicResult result = Create(builder, topic).Single();
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        TopicImage created = builder.Image.Topic("t")!;
        Assert.That(created.Id, Is.EqualTo(result.Id));
        Assert.That(created.Partitions, Has.Count.EqualTo(3));
        Assert.That(created.Partitions.Select(p => p.Leader.Value), Is.All.EqualTo(1));
        Assert.That(builder.Image.ConfigsOf(ConfigResource.Topic("t"))["retention.ms"], Is.EqualTo("5"));
    }

    [Test]
    public void The_policy_gives_what_the_request_leaves_open()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2);
        ControllerPolicy policy = Replicated with { NumPartitions = 4, DefaultReplicationFactor = 2 };
        Create(builder, policy, NewTopic.Named("t"));
        Assert.That(builder.Image.Topic("t")!.Partitions, Has.Count.EqualTo(4));
        Assert.That(builder.Image.Topic("t")!.Partitions.Select(p => p.Replicas.Length), Is.All.EqualTo(2));
    }

    [Test]
    public void More_than_one_replica_is_refused_while_followers_do_not_copy()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(7, "former", [1, 2, 3]);
        NewTopic[] topics = [NewTopic.Named("three", 1, 3), Assigned([1, 2]) with { Name = "two" }];
        foreach (NewTopic topic in topics)
        {
            TopicResult refused = Create(builder, ControllerPolicy.Kafka, topic).Single();
            Assert.That(refused.Error, Is.EqualTo(ErrorCode.InvalidReplicationFactor));
            Assert.That(refused.Message, Does.Contain("followers do not copy"));
        }

        TopicResult more = TopicDecisions.AddPartitions(
            builder.Image, [new NewPartitions("former", 2, [])], ControllerPolicy.Kafka, new Random(1)).Result.Single();
        Assert.That(more.Error, Is.EqualTo(ErrorCode.InvalidReplicationFactor));
    }

    [Test]
    public void Without_a_number_a_topic_and_the_nodes_own_have_one_replica_however_many_brokers_there_are()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3);
        Create(builder, ControllerPolicy.Kafka, NewTopic.Named("t"), NewTopic.Named("__consumer_offsets"));
        Assert.That(
            builder.Image.Topics.Values.SelectMany(topic => topic.Partitions).Select(one => one.Replicas.Length),
            Is.All.EqualTo(1));
        Assert.That(builder.Image.Topics, Has.Count.EqualTo(2));
    }

    [TestCase(7, new[] { 2, 2, 3 })]
    [TestCase(50, new[] { 16, 17, 17 })]
    public void A_topics_partitions_are_spread_evenly_over_the_brokers(int partitions, int[] counts)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(7, "loaded", [1], [1], [1]);
        Create(builder, ControllerPolicy.Kafka, NewTopic.Named("t", partitions));
        Assert.That(
            builder.Image.Topic("t")!.Partitions.CountBy(one => one.Leader).Select(pair => pair.Value).Order(),
            Is.EqualTo(counts));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return Refusal("a bad name", NewTopic.Named("a b"), ErrorCode.InvalidTopicException);
        yield return Refusal("one that exists", NewTopic.Named("old.one"), ErrorCode.TopicAlreadyExists);
        yield return Refusal("one that collides", NewTopic.Named("old_one"), ErrorCode.InvalidTopicException);
        yield return Refusal("no partitions", NewTopic.Named("t", 0), ErrorCode.InvalidPartitions);
        yield return Refusal("too few brokers", NewTopic.Named("t", 1, 3), ErrorCode.InvalidReplicationFactor);
        yield return Refusal("no replicas", NewTopic.Named("t", 1, 0), ErrorCode.InvalidReplicationFactor);
        yield return Refusal("too many partitions", NewTopic.Named("t", 10_001), ErrorCode.PolicyViolation);
        yield return Refusal("an unknown configuration", Configured("nonsense", "1"), ErrorCode.InvalidConfig);
        yield return Refusal("a bad configuration", Configured("retention.ms", "x"), ErrorCode.InvalidConfig);
        yield return Refusal("an unknown broker", Assigned([9]), ErrorCode.InvalidReplicaAssignment);
        yield return Refusal("a broker twice", Assigned([1, 1]), ErrorCode.InvalidReplicaAssignment);
        yield return Refusal("an empty assignment", Assigned([[]]), ErrorCode.InvalidReplicaAssignment);
        yield return Refusal("uneven assignments", Assigned([1], [1, 2]), ErrorCode.InvalidReplicaAssignment);
        yield return Refusal("only fenced brokers", Assigned([3]), ErrorCode.InvalidReplicaAssignment);
        yield return Refusal(
            "a count beside the assignment", Assigned([1]) with { Partitions = 1 }, ErrorCode.InvalidRequest);
        yield return Refusal(
            "a factor beside the assignment", Assigned([1]) with { ReplicationFactor = 1 }, ErrorCode.InvalidRequest);
        yield return Refusal(
            "as many partitions as can be said", NewTopic.Named("t", int.MaxValue), ErrorCode.PolicyViolation);
        yield return Refusal("the least number", NewTopic.Named("t", int.MinValue), ErrorCode.InvalidPartitions);
        yield return Refusal(
            "the least factor", NewTopic.Named("t", 1, short.MinValue), ErrorCode.InvalidReplicationFactor);
        yield return Refusal(
            "neither partitions nor replicas", NewTopic.Named("t", 0, 0), ErrorCode.InvalidReplicationFactor);
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_cannot_be_created_is_refused_and_changes_nothing(NewTopic topic, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3, fenced: true).Topic(1, "old.one", [1]);
        var decision = TopicDecisions.Create(builder.Image, [topic], Replicated, new Random(1));
        Assert.That(decision.Result.Single().Error, Is.EqualTo(error));
        Assert.That(decision.Result.Single().Message, Is.Not.Empty);
        Assert.That(decision.Events, Is.Empty);
    }

    [Test]
    public void Topics_of_one_request_are_judged_one_by_one()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        ErrorCode[] errors = [.. Create(
            builder, NewTopic.Named("good"), NewTopic.Named("bad name"), NewTopic.Named("twice"),
            NewTopic.Named("twice"),
            NewTopic.Named("a.b"), NewTopic.Named("a_b")).Select(result => result.Error)];
        Assert.That(errors, Is.EqualTo(new[]
        {
            ErrorCode.None, ErrorCode.InvalidTopicException, ErrorCode.InvalidRequest, ErrorCode.None,
            ErrorCode.InvalidTopicException,
        }));
        Assert.That(builder.Image.TopicIds.Keys, Is.EqualTo(new[] { "a.b", "good" }));
    }

    [Test]
    public void The_partitions_of_all_topics_of_a_request_are_limited_together()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        NewTopic[] topics = [NewTopic.Named("a"), NewTopic.Named("b", int.MaxValue), NewTopic.Named("c", 10_000)];
        Assert.That(
            Create(builder, topics).Select(result => result.Error),
            Is.EqualTo(new[] { ErrorCode.None, ErrorCode.PolicyViolation, ErrorCode.PolicyViolation }));
    }

    [TestCase(int.MaxValue, ErrorCode.PolicyViolation)]
    [TestCase(int.MinValue, ErrorCode.InvalidPartitions)]
    [TestCase(-1, ErrorCode.InvalidPartitions)]
    [TestCase(0, ErrorCode.InvalidPartitions)]
    public void The_partitions_added_to_all_topics_of_a_request_are_limited_together(int count, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "a", [1]).Topic(2, "b", [1]);
        var decision = TopicDecisions.AddPartitions(
            builder.Image,
            [new NewPartitions("a", 4, []), new NewPartitions("b", count, [])],
            Replicated,
            new Random(1));
        Assert.That(decision.Result.Select(result => result.Error), Is.EqualTo(new[] { ErrorCode.None, error }));
        Assert.That(decision.Events, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_wrong_assignment_is_told_with_the_number_of_its_partition()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1], [1], [1], [1]);
        var decision = TopicDecisions.AddPartitions(
            builder.Image,
            [new NewPartitions("t", 6, [ImageBuilder.Nodes(1), ImageBuilder.Nodes(9)])],
            Replicated,
            new Random(1));
        Assert.That(decision.Result.Single().Error, Is.EqualTo(ErrorCode.InvalidReplicaAssignment));
        Assert.That(decision.Result.Single().Message, Does.Contain("artition 5 ").And.Contain("broker 9"));
    }

    [Test]
    public void A_topic_that_is_named_often_is_answered_once()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        NewPartitions[] often = [.. Enumerable.Repeat(new NewPartitions("t", 2, []), 1000)];
        var decision = TopicDecisions.AddPartitions(builder.Image, often, Replicated, new Random(1));
        Assert.That(decision.Result.Select(result => result.Error), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(decision.Events, Is.Empty);
    }

    [Test]
    public void Without_an_active_broker_nothing_can_be_placed()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1, fenced: true);
        Assert.That(
            Create(builder, NewTopic.Named("t")).Single().Error, Is.EqualTo(ErrorCode.InvalidReplicationFactor));
    }

    [Test]
    public void A_fenced_replica_of_an_assignment_is_outside_the_first_isr()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(3, fenced: true);
        Create(builder, Assigned([3, 1]));
        PartitionImage partition = builder.Image.Topic("t")!.Partitions[0];
        Assert.That(partition.Replicas, Is.EqualTo(ImageBuilder.Nodes(3, 1)));
        Assert.That(partition.Leader, Is.EqualTo(new NodeId(1)));
        Assert.That(partition.Isr, Is.EqualTo(ImageBuilder.Nodes(1)));
    }

    [TestCase(1, 9, 3)]
    [TestCase(2, 9, 6)]
    [TestCase(3, 7, 7)]
    public void Replicas_and_leaders_are_spread_evenly_over_the_active_brokers(int factor, int partitions, int expected)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Broker(4, fenced: true);
            var decision = TopicDecisions.Create(
                builder.Image, [NewTopic.Named("t", partitions, (short)factor)], Replicated,
                new Random(seed));
            builder.With([.. decision.Events]);
            foreach (int node in (int[])[1, 2, 3])
            {
                Assert.That(builder.Image.HostedBy(new NodeId(node)), Has.Count.EqualTo(expected), $"seed {seed}");
                int led = builder.Image.Topic("t")!.Partitions.Count(p => p.Leader == new NodeId(node));
                Assert.That(led, Is.InRange(partitions / 3, (partitions / 3) + 1), $"seed {seed}");
            }
        }
    }

    [Test]
    public void Small_topics_go_to_the_brokers_that_hold_least()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3);
        for (int i = 0; i < 30; i++) Create(builder, NewTopic.Named($"t{i}"));
        Assert.That(builder.Image.Hosted.Values.Select(hosted => hosted.Count), Is.All.EqualTo(10));
    }

    [Test]
    public void A_deleted_topic_is_gone_and_an_unknown_one_is_refused()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var decision = TopicDecisions.Delete(
            builder.Image, ["t", "nobody", "t"], Replicated, DateTimeOffset.UnixEpoch);
        builder.With([.. decision.Events]);
        Assert.That(
            decision.Result.Select(result => result.Error),
            Is.EqualTo(new[] { ErrorCode.None, ErrorCode.UnknownTopicOrPartition }));
        Assert.That(builder.Image.Topics, Is.Empty);
    }

    // A data directory of a version that let it pass: its partition 0 would be the metadata log's directory.
    [Test]
    public void A_topic_with_a_reserved_name_is_not_deleted()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "__cluster_metadata", [1]);
        var decision = TopicDecisions.Delete(
            builder.Image, ["__cluster_metadata"], Replicated, DateTimeOffset.UnixEpoch);
        Assert.That(decision.Result.Single().Error, Is.EqualTo(ErrorCode.InvalidTopicException));
        Assert.That(decision.Events, Is.Empty);
    }

    [Test]
    public void The_offsets_topic_is_made_by_its_own_settings_whoever_asks()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        ControllerPolicy policy = Replicated with
        {
            InternalTopics = new InternalTopics(InternalTopics.ConsumerOffsets(7, 1, 12345)),
        };
        Create(builder, policy, NewTopic.Named("__consumer_offsets"));
        Assert.That(builder.Image.Topic("__consumer_offsets")!.Partitions, Has.Count.EqualTo(7));
        Assert.That(
            builder.Image.ConfigsOf(ConfigResource.Topic("__consumer_offsets")),
            Is.EquivalentTo(new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact", ["compression.type"] = "producer", ["segment.bytes"] = "12345",
            }));
    }

    [Test]
    public void What_a_request_says_of_an_internal_topic_goes_over_its_own_settings_but_it_stays_compacted()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        NewTopic asked = NewTopic.Named("__consumer_offsets", 3);
        TopicResult deleted = Create(builder, Configured(asked, "cleanup.policy", "delete")).Single();
        Assert.That(deleted.Error, Is.EqualTo(ErrorCode.InvalidConfig), deleted.Message);
        TopicResult made = Create(builder, Configured(asked, "segment.bytes", "99999")).Single();
        Assert.That(made.Error, Is.EqualTo(ErrorCode.None), made.Message);
        var configs = builder.Image.ConfigsOf(ConfigResource.Topic("__consumer_offsets"));
        Assert.That((configs["segment.bytes"], configs["cleanup.policy"]), Is.EqualTo(("99999", "compact")));
        Assert.That(builder.Image.Topic("__consumer_offsets")!.Partitions, Has.Count.EqualTo(3));
    }

    [TestCase("__transaction_state")]
    [TestCase("__share_group_state")]
    [TestCase("__cluster_metadata")]
    public void What_the_node_does_not_make_nobody_makes(string name)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        Assert.That(
            Create(builder, NewTopic.Named(name, 1, 1)).Single().Error, Is.EqualTo(ErrorCode.InvalidTopicException));
        Assert.That(builder.Image.TopicIds, Is.Empty);
    }

    [Test]
    public void An_internal_topic_keeps_its_number_of_partitions()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "__consumer_offsets", [1]);
        var decision = TopicDecisions.AddPartitions(
            builder.Image, [new NewPartitions("__consumer_offsets", 2, [])], Replicated, new Random(1));
        Assert.That(decision.Result.Single().Error, Is.EqualTo(ErrorCode.InvalidTopicException));
        Assert.That(decision.Events, Is.Empty);
    }

    [Test]
    public void Topics_of_one_request_bring_no_more_text_than_an_entry_of_the_metadata_can_bear()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        var results = Create(builder, [.. Enumerable.Range(0, 40).Select(i =>
            Configured(NewTopic.Named($"t{i}"), "message.format.version", new string('x', 30_000)))]);
        Assert.That(results.Select(result => result.Error).Distinct(), Is.EqualTo(
            new[] { ErrorCode.None, ErrorCode.PolicyViolation }));
        Assert.That(builder.Image.TopicIds, Has.Count.EqualTo(33));
    }

    [Test]
    public void Values_of_a_new_topic_are_read_as_Kafka_reads_them_and_held_against_each_other()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        NewTopic lags = NewTopic.Named("t") with
        {
            Configs = new Dictionary<string, string>
            {
                ["min.compaction.lag.ms"] = "1000", ["max.compaction.lag.ms"] = "500",
            },
        };
        Assert.That(Create(builder, lags).Single().Error, Is.EqualTo(ErrorCode.InvalidConfig));
        Create(builder, Configured(Configured("preallocate", "True"), "retention.ms", " 1000 "));
        Assert.That(
            builder.Image.ConfigsOf(ConfigResource.Topic("t")),
            Is.EquivalentTo(new Dictionary<string, string> { ["preallocate"] = "true", ["retention.ms"] = "1000" }));
    }

    [TestCase("t", 4, ErrorCode.None)]
    [TestCase("t", 2, ErrorCode.InvalidPartitions)]
    [TestCase("t", 1, ErrorCode.InvalidPartitions)]
    [TestCase("u", 1, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("t", 20_000, ErrorCode.PolicyViolation)]
    public void Partitions_can_only_be_added(string name, int count, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1], [2]);
        var decision = TopicDecisions.AddPartitions(
            builder.Image, [new NewPartitions(name, count, [])], Replicated, new Random(1));
        Assert.That(decision.Result.Single().Error, Is.EqualTo(error));
        builder.With([.. decision.Events]);
        Assert.That(builder.Image.Topic("t")!.Partitions, Has.Count.EqualTo(error == ErrorCode.None ? count : 2));
        Assert.That(builder.Image.HostedBy(new NodeId(1)), Has.Count.EqualTo(error == ErrorCode.None ? 2 : 1));
    }

    [TestCase(1, ErrorCode.InvalidReplicaAssignment, Description = "two are added")]
    [TestCase(2, ErrorCode.None)]
    public void Added_partitions_may_be_assigned_by_hand(int assigned, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1], [1]);
        NodeId[][] assignment = [.. Enumerable.Repeat((NodeId[])[new NodeId(2)], assigned)];
        var decision = TopicDecisions.AddPartitions(
            builder.Image, [new NewPartitions("t", 4, assignment)], Replicated, new Random(1));
        Assert.That(decision.Result.Single().Error, Is.EqualTo(error));
    }

    private static IReadOnlyList<TopicResult> Create(ImageBuilder builder, params NewTopic[] topics) =>
        Create(builder, Replicated, topics);

    private static IReadOnlyList<TopicResult> Create(
        ImageBuilder builder, ControllerPolicy policy, params NewTopic[] topics)
    {
        var random = new Random((int)builder.Image.Offset.Value);
        var decision = TopicDecisions.Create(builder.Image, topics, policy, random);
        builder.With([.. decision.Events]);
        return decision.Result;
    }

    private static TestCaseData Refusal(string what, NewTopic topic, ErrorCode error) =>
        new TestCaseData(topic, error).SetArgDisplayNames(what);

    private static NewTopic Configured(string name, string value) => Configured(NewTopic.Named("t"), name, value);

    private static NewTopic Configured(NewTopic topic, string name, string value) =>
        topic with { Configs = new Dictionary<string, string>(topic.Configs) { [name] = value } };

    private static NewTopic Assigned(params int[][] replicas) => new(
        "t", -1, -1, [.. replicas.Select(nodes => (IReadOnlyList<NodeId>)ImageBuilder.Nodes(nodes))], NoConfigs);
}

using Akka.Configuration;
using KafkaActors.Client;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>Client actors as members of groups of a real node, in both protocols.</summary>
[Category("Interop")]
internal sealed class ActorMemberTests
{
    private static readonly Config Curious = ConfigurationFactory.ParseString(
        "akka.loglevel = OFF\nkafka-actors.client.metadata.max.age.ms = 200");

    private KafkaActorsClient _client = null!;

    [OneTimeSetUp]
    public async Task Start() => _client = await KafkaActorsClient.StartAsync(GroupSuite.Node.Akka, Curious);

    [OneTimeTearDown]
    public async Task Stop() => await _client.DisposeAsync();

    [Test]
    [CancelAfter(60_000)]
    public async Task A_subscription_by_expression_follows_topics_that_come_and_go([Values] GroupProtocol protocol)
    {
        string prefix = $"expression-{protocol}".ToLowerInvariant();
        await GroupSuite.Node.CreateTopicAsync($"{prefix}-a");
        await GroupSuite.Node.CreateTopicAsync($"other-{prefix}-b");
        await using var member = new ActorMember(
            _client,
            prefix,
            TopicSubscription.Matching($"{prefix}-[a-c]"),
            settings => settings with { GroupProtocol = protocol });
        await Eventually.That(() => member.Assignment, Is.EqualTo($"{prefix}-a-0"));
        await GroupSuite.Node.CreateTopicAsync($"{prefix}-b");
        await Eventually.That(() => member.Assignment, Is.EqualTo($"{prefix}-a-0 {prefix}-b-0"));
        await _client.Admin.DeleteTopicsAsync([$"{prefix}-a"]);
        await Eventually.That(() => member.Assignment, Is.EqualTo($"{prefix}-b-0"));
        Assert.That(member.Fault, Is.Null);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Internal_topics_are_left_out_of_an_expression_unless_they_are_wanted([Values] bool excluded)
    {
        await GroupSuite.Node.CreateTopicAsync($"with-internal-{excluded}");
        await using var member = new ActorMember(
            _client,
            $"internal-{excluded}",
            TopicSubscription.Matching($"__consumer_o.*|with-internal-{excluded}"),
            settings => settings with { ExcludeInternalTopics = excluded });
        // The group itself has made the internal topic.
        string wanted = $"with-internal-{excluded}-0";
        await Eventually.That(
            () => member.Assignment,
            excluded ? Is.EqualTo(wanted) : Does.StartWith("__consumer_offsets-0 ").And.EndsWith(wanted));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task User_data_of_an_assignor_goes_both_ways_by_way_of_a_real_coordinator()
    {
        await GroupSuite.Node.CreateTopicAsync("weighted", 8);
        var light = new WeightedAssignor(1);
        var heavy = new WeightedAssignor(3);
        await using var one = new ActorMember(_client, "weighted", TopicSubscription.Of("weighted"), With(light));
        await using var three = new ActorMember(_client, "weighted", TopicSubscription.Of("weighted"), With(heavy));
        await Eventually.That(
            () => (one.Assignment.Split(' ').Length, three.Assignment.Split(' ').Length), Is.EqualTo((2, 6)));
        Assert.That((light.Told, heavy.Told), Is.EqualTo(("4 in weighted", "4 in weighted")));

        Func<ConsumerSettings, ConsumerSettings> With(WeightedAssignor assignor) => settings =>
            settings with { PartitionAssignmentStrategy = [AssignmentStrategy.Of(assignor)] };
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_static_member_of_a_consumer_group_gets_its_partitions_back()
    {
        await GroupSuite.Node.CreateTopicAsync("static-consumer", 4);
        Func<ConsumerSettings, ConsumerSettings> named = settings =>
            settings with { GroupProtocol = GroupProtocol.Consumer, GroupInstanceId = "i" };
        string first;
        await using var other = new ActorMember(
            _client,
            "static-consumer",
            TopicSubscription.Of("static-consumer"),
            settings => settings with { GroupProtocol = GroupProtocol.Consumer });
        TopicSubscription topics = TopicSubscription.Of("static-consumer");
        await using (var member = new ActorMember(_client, "static-consumer", topics, named))
        {
            await Eventually.That(
                () => (member.Assignment.Split(' ').Length, other.Assignment.Split(' ').Length), Is.EqualTo((2, 2)));
            first = member.Assignment;
        }

        string others = other.Assignment;
        await using var back = new ActorMember(_client, "static-consumer", topics, named);
        await Eventually.That(() => back.Assignment, Is.EqualTo(first));
        Assert.That(other.Assignment, Is.EqualTo(others));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_second_member_of_one_instance_id_is_refused_and_the_first_goes_on()
    {
        await GroupSuite.Node.CreateTopicAsync("twice");
        Func<ConsumerSettings, ConsumerSettings> named = settings =>
            settings with { GroupProtocol = GroupProtocol.Consumer, GroupInstanceId = "i" };
        await using var first = new ActorMember(_client, "twice", TopicSubscription.Of("twice"), named);
        await Eventually.That(() => first.Assignment, Is.EqualTo("twice-0"));
        await using var second = new ActorMember(_client, "twice", TopicSubscription.Of("twice"), named);
        await Eventually.That(() => second.Fault?.Error, Is.EqualTo(ErrorCode.UnreleasedInstanceId));
        Assert.That(second.Fault!.Message, Does.Contain("instance id is owned by member"));
        Assert.That((first.Assignment, first.Fault, first.Lost), Is.EqualTo(("twice-0", (Exception?)null, 0)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_coordinators_assignor_is_chosen_by_name_and_one_that_it_lacks_is_named()
    {
        await GroupSuite.Node.CreateTopicAsync("remote-assignor", 2);
        TopicSubscription topics = TopicSubscription.Of("remote-assignor");
        await using var member = new ActorMember(_client, "remote-assignor", topics, With("range"));
        await Eventually.That(() => member.Assignment, Is.EqualTo("remote-assignor-0 remote-assignor-1"));
        IReadOnlyList<GroupDescription> groups =
            await _client.Admin.Groups.DescribeAsync(["remote-assignor"]);
        Assert.That(groups.Single().Assignor, Is.EqualTo("range"));
        await using var wrong = new ActorMember(_client, "wrong", topics, With("fair"));
        await Eventually.That(() => wrong.Fault?.Error, Is.EqualTo(ErrorCode.UnsupportedAssignor));
        Assert.That(wrong.Fault!.Message, Does.Contain("fair").And.Contains("uniform, range"));

        Func<ConsumerSettings, ConsumerSettings> With(string assignor) => settings =>
            settings with { GroupProtocol = GroupProtocol.Consumer, GroupRemoteAssignor = assignor };
    }
}

using KafkaActors.Network.Versions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Tests.Versions;

public sealed class BrokerVersionsTests
{
    private static readonly TopicId Id = new(Guid.Parse("11111111-2222-3333-4444-555555555555"));

    private static IEnumerable<TestCaseData> Lacking()
    {
        yield return Case(new JoinGroupRequest { GroupInstanceId = "i" }, 4, "group.instance.id", 5, "2.3");
        yield return Case(new SyncGroupRequest { GroupInstanceId = "i" }, 2, "group.instance.id", 3, "2.3");
        yield return Case(new HeartbeatRequest { GroupInstanceId = "i" }, 2, "group.instance.id", 3, "2.3");
        yield return Case(new OffsetCommitRequest { GroupInstanceId = "i" }, 6, "group.instance.id", 7, "2.3");
        yield return Case(new FindCoordinatorRequest { CoordinatorKeys = ["a", "b"] }, 3, "several groups", 4, "3.0");
        yield return Case(
            new OffsetFetchRequest { Groups = [new() { GroupId = "a" }, new() { GroupId = "b" }] },
            7, "several groups", 8, "3.0");
        yield return Case(
            new LeaveGroupRequest { Members = [new() { MemberId = "a" }, new() { MemberId = "b" }] },
            2, "several members", 3, "2.4");
        yield return Case(new InitProducerIdRequest { ProducerId = 7 }, 2, "epoch of a producer id", 3, "2.5");
        yield return Case(
            new DeleteTopicsRequest { Topics = [new() { TopicId = Id }] }, 5, "a topic by its id", 6, "2.8");
        yield return Case(
            new CreateTopicsRequest { Topics = [new() { Name = "t", NumPartitions = -1 }] },
            3, "the broker's default", 4, "2.4");
        yield return Case(new ListGroupsRequest { StatesFilter = ["Stable"] }, 3, "groups by state", 4, "2.6");
        yield return Case(new ListGroupsRequest { TypesFilter = ["classic"] }, 4, "groups by type", 5, "3.8");
        yield return Case(
            new ConsumerGroupHeartbeatRequest { SubscribedTopicRegex = "a.*" }, 0, "by expression", 1, "4.0");
        yield return Case(List(-3), 6, "greatest timestamp", 7, "3.0");
        yield return Case(List(-4), 7, "local storage", 8, "3.5");
    }

    [Test]
    public void The_highest_version_that_both_know_is_chosen()
    {
        Assert.That(Choose(new HeartbeatRequest(), 0, 2), Is.EqualTo(2));
        Assert.That(Choose(new HeartbeatRequest(), 0, 99), Is.EqualTo(ApiMessages.Heartbeat.Advertised.Max));
    }

    [TestCaseSource(nameof(Lacking))]
    public void What_a_broker_lacks_is_said_with_its_version_and_release(
        IRequestMessage request, short most, string feature, short version, string release)
    {
        Assert.That(Versions(request.Api, 0, most).TryChoose(request, out _, out string? lacks), Is.False);
        Assert.That(lacks, Does.Contain(feature).And.Contain($"{request.Api} v{version}")
            .And.Contain($"from {release} on").And.Contain("old:9092"));
        Assert.That(Versions(request.Api, 0, version).TryChoose(request, out _, out _), Is.True);
    }

    [Test]
    public void An_api_that_the_broker_has_not_is_said_with_the_release_that_has_it()
    {
        BrokerVersions versions = Versions(ApiKey.Metadata, 0, 7);
        Assert.That(versions.TryChoose(new IncrementalAlterConfigsRequest(), out _, out string? lacks), Is.False);
        Assert.That(
            lacks, Is.EqualTo("old:9092 has no IncrementalAlterConfigs, which Apache Kafka has from 2.3 on."));
    }

    [Test]
    public void A_broker_that_speaks_other_versions_only_is_said_so()
    {
        Assert.That(
            Versions(ApiKey.Fetch, 0, 3).TryChoose(new FetchRequest { Topics = [] }, out _, out string? lacks),
            Is.False);
        Assert.That(lacks, Does.Contain("0-3").And.Contain("4-17"));
    }

    [Test]
    public void A_fetch_of_topics_whose_ids_are_not_known_asks_by_name()
    {
        var byName = new FetchRequest { Topics = [new() { Topic = "t" }] };
        var byId = new FetchRequest { Topics = [new() { Topic = "t", TopicId = Id }] };
        Assert.That(Choose(byName, 4, 17), Is.EqualTo(12));
        Assert.That(Choose(byId, 4, 17), Is.EqualTo(17));
    }

    [Test]
    public void Every_api_of_this_build_has_a_version_in_common_with_itself()
    {
        foreach (ApiDescription api in ApiMessages.All)
            Assert.That(api.Versions.Contains(api.Advertised.Max), Is.True, api.Name);
    }

    private static TestCaseData Case(
        IRequestMessage request, short most, string feature, short version, string release) =>
        new TestCaseData(request, most, feature, version, release)
            .SetArgDisplayNames($"{request.Api} {feature}");

    private static ListOffsetsRequest List(long timestamp) => new()
    {
        Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp }] }],
    };

    private static short Choose(IRequestMessage request, short min, short max)
    {
        Assert.That(Versions(request.Api, min, max).TryChoose(request, out short version, out string? lacks), lacks);
        return version;
    }

    private static BrokerVersions Versions(ApiKey api, short min, short max) =>
        new("old:9092", [KeyValuePair.Create((short)api, new ApiVersionRange(min, max))]);
}

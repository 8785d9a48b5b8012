using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>What clients are told of a partition whose leader is known to be dead.</summary>
public sealed class DeadLeaderTests : HandlerTest
{
    private const int Epoch = 7;

    [Test]
    public async Task Metadata_names_who_leads_after_it_when_that_is_known_in_time([Values] bool isAll)
    {
        PartitionImage partition = await OfTheDead();
        AnsweredContext context = Describe(isAll);
        var awaited = await Control.ExpectMsgAsync<MetadataFollowerProtocol.AwaitOffset>();
        Assert.That(awaited.Offset, Is.EqualTo(Image.Offset.Next()));
        Elect(partition with { Leader = Self, LeaderEpoch = new LeaderEpoch(Epoch + 1) });
        Control.Reply(new MetadataFollowerProtocol.OffsetReached(awaited.Offset));

        MetadataResponse.MetadataPartition row =
            (await context.AnswerAsync<MetadataResponse>()).Topics[0].Partitions[0];
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(row.LeaderId, Is.EqualTo(Self));
        Assert.That(row.LeaderEpoch, Is.EqualTo(new LeaderEpoch(Epoch + 1)));
    }

    [Test]
    public async Task Metadata_says_after_a_short_time_that_there_is_no_leader_and_the_rest_as_it_is_committed()
    {
        PartitionImage partition = await OfTheDead();
        MetadataResponse.MetadataPartition row =
            (await Describe(isAll: false).AnswerAsync<MetadataResponse>()).Topics[0].Partitions[0];
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.LeaderNotAvailable));
        Assert.That(row.LeaderId, Is.EqualTo(NodeId.None));
        Assert.That(row.LeaderEpoch, Is.EqualTo(partition.LeaderEpoch));
        Assert.That(row.ReplicaNodes, Is.EqualTo(partition.Replicas));
        Assert.That(row.IsrNodes, Is.EqualTo(partition.Isr));
    }

    [Test]
    public async Task A_topic_that_the_dead_does_not_lead_is_answered_at_once()
    {
        await Create("test", Epoch);
        Departed.Add(Other);
        MetadataResponse answer = await Describe(isAll: true).AnswerAsync<MetadataResponse>();
        Assert.That(answer.Topics[0].Partitions[0].LeaderId, Is.EqualTo(Self));
        await Control.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Test]
    public async Task A_partition_that_has_no_leader_by_the_metadata_is_answered_at_once_with_its_last_epoch()
    {
        await OfTheDead();
        Elect(Partition with { Leader = NodeId.None });
        MetadataResponse.MetadataPartition row =
            (await Describe(isAll: true).AnswerAsync<MetadataResponse>()).Topics[0].Partitions[0];
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.LeaderNotAvailable));
        Assert.That(row.LeaderEpoch, Is.EqualTo(new LeaderEpoch(Epoch)));
        Assert.That(row.IsrNodes, Is.EqualTo(Partition.Isr));
        await Control.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Test]
    public async Task A_description_of_topics_says_the_same()
    {
        PartitionImage partition = await OfTheDead();
        var context = new AnsweredContext(ApiKey.DescribeTopicPartitions, 0);
        ((IApiHandler)new DescribeTopicPartitionsHandler(Node)).Handle(
            new DescribeTopicPartitionsRequest { Topics = [new() { Name = "test" }], ResponsePartitionLimit = 10 },
            context);
        var row = (await context.AnswerAsync<DescribeTopicPartitionsResponse>()).Topics[0].Partitions[0];
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.LeaderNotAvailable));
        Assert.That(row.LeaderId, Is.EqualTo(NodeId.None));
        Assert.That(row.LeaderEpoch, Is.EqualTo(partition.LeaderEpoch));
    }

    private PartitionImage Partition => Image.Topic("test")!.Partitions[0];

    private async Task<PartitionImage> OfTheDead()
    {
        await Create("test", Epoch, isLed: false);
        Departed.Add(Other);
        return Partition;
    }

    private void Elect(PartitionImage changed) => Image = Image with
    {
        Topics = Image.Topics.SetItem(changed.Id.TopicId, new TopicImage(changed.Id.TopicId, "test", [changed])),
    };

    private AnsweredContext Describe(bool isAll)
    {
        var context = new AnsweredContext(ApiKey.Metadata, version: 12);
        ((IApiHandler)new MetadataHandler(Node)).Handle(
            new MetadataRequest { Topics = isAll ? null : [new() { Name = "test" }] }, context);
        return context;
    }
}
